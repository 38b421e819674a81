import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { createServer as createVite } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../browser/support/engine.js';
import { startEngine } from '../browser/support/start-engine.js';
import { TokenIssuer } from '../browser/support/token-issuer.js';
import { runnable } from '../package/docs-blocks.js';
import installPackage from '../package/support/install-package.js';
import { startConnectApp } from './support/guides-connect-app.mjs';

/*
 * The README's first section, followed to the letter: its commands and its blocks of code, in three kinds of app, from
 * the package as it would be published, until a server has seen a good token.
 */
const ALICE = { iss: 'app', sub: 'alice' };

let engine: Engine;
let installed: string;
let uninstall: () => Promise<void>;

beforeAll(async () => {
  engine = await startEngine();
  // The README's command for it takes the package from the registry; this one takes it from here.
  expect(runnable('README.md', 'install')).toBe('npm install bearer-worker');
  const project = {
    provide: (_name: string, { folder }: { folder: string }) => (installed = folder),
  } as unknown as Parameters<typeof installPackage>[0];
  uninstall = await installPackage(project);
});
afterAll(async () => {
  await engine.close();
  await uninstall();
});

/** A folder in which the package has been installed, with these files beside it. */
async function makeApp(name: string, files: Record<string, string>): Promise<string> {
  const folder = join(installed, name);
  await mkdir(folder);
  await symlink(join(installed, 'node_modules'), join(folder, 'node_modules'), 'dir');
  for (const [path, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** A command of the README's, as a shell runs it; what it said. */
function run(command: string, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { cwd, shell: true, env: { ...process.env, npm_config_offline: 'true' } });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (said += data.toString()));
    child.on('close', (code) => (code === 0 ? resolve(said) : reject(new Error(`${command}: ${said}`))));
  });
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** The reader's own back end: a token endpoint, an API that wants a token, and `rest` for everything else. */
async function startBackEnd(rest: Handle): Promise<{ origin: string; seen: string[] }> {
  const issuer = new TokenIssuer();
  const seen: string[] = [];
  const answer: Handle = (request, response) => {
    const json = (status: number, body: object): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    void (async () => {
      const path = `${request.method} ${request.url}`;
      if (path === 'POST /session/token') {
        const { token } = await issuer.issue(ALICE, 300);
        json(200, { access_token: token, expires_in: 300 });
      } else if (request.url?.startsWith('/api/')) {
        const { authorization } = request.headers;
        const { verdict } = await issuer.judge(authorization === undefined ? [] : [authorization]);
        seen.push(`${path} ${verdict}`);
        json(verdict === 'good' ? 200 : 401, { verdict });
      } else rest(request, response);
    })();
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.map': 'application/json',
};

/** A static server as there are a hundred of: files of these folders, by their path. */
function serveFiles(...folders: string[]): Handle {
  return (request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname.replace(/\/$/, '/index.html');
    const file = folders.map((folder) => join(folder, path)).find((each) => existsSync(each));
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    void readFile(file).then((data) =>
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' }).end(data),
    );
  };
}

async function look(url: string): Promise<readonly string[]> {
  const profile = await engine.openProfile();
  onTestFinished(() => profile.close());
  const page = await profile.openPage(url);
  return page.console;
}

test('the README in an empty Vite app: its plugin, its lines, and the server sees a token', async () => {
  const root = await makeApp('vite-app', {
    'vite.config.ts': runnable('README.md', 'vite'),
    'index.html':
      '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/main.ts"></script>',
    'main.ts': runnable('README.md', 'register'),
  });
  const vite = await createVite({ root, logLevel: 'silent', server: { middlewareMode: true, hmr: false } });
  onTestFinished(() => vite.close());
  const { origin, seen } = await startBackEnd((request, response) => vite.middlewares(request, response));
  const said = await look(origin);
  await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['GET /api/me good']);
  expect(said.filter((line) => /error|warn/.test(line))).toEqual([]);
});

test('the README in an empty folder of static files, without a bundler: its command, its lines, and the server sees a token', async () => {
  const root = await makeApp('static-app', {
    'public/index.html': `<!doctype html><title>app</title><link rel="icon" href="data:,">
${runnable('README.md', 'import-map')}
<script type="module">
${runnable('README.md', 'register')}
</script>`,
  });
  expect(await run(runnable('README.md', 'init'), root)).toContain('Created public/bearer-worker.js');
  const { origin, seen } = await startBackEnd(serveFiles(join(root, 'public'), root));
  const said = await look(origin);
  await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['GET /api/me good']);
  expect(said.filter((line) => /error|warn/.test(line))).toEqual([]);
});

test('the README in a plain app on atlassian-connect-express: each frame’s request is taken at the first try', async () => {
  const root = await makeApp('connect-app', { 'public/robots.txt': '' });
  expect(await run(runnable('README.md', 'init'), root)).toContain('Created public/bearer-worker.js');
  const connect = await startConnectApp({
    html: `<!doctype html><title>app</title><link rel="icon" href="data:,"><script src="/all.js"></script>
${runnable('README.md', 'import-map')}
<script type="module">
${runnable('README.md', 'connect')}
</script>`,
    serve: serveFiles(join(root, 'public'), root),
  });
  onTestFinished(() => connect.close());
  await look(connect.url);
  // The product shows two modules of an app.
  await expect.poll(() => connect.answers, { timeout: 30_000 }).toEqual(['/api/me 200', '/api/me 200']);
});

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Rollup } from 'vite';
import type { AppServer, Exchange } from '../../browser/support/app-server.js';
import type { Holder } from '../../browser/support/token-issuer.js';

const built = (name: string): string => fileURLToPath(new URL(`../../../dist/${name}`, import.meta.url));

/** A piece of code out of a document, bundled with the built package as an app would bundle it. */
export async function bundle(code: string): Promise<ReadonlyMap<string, string>> {
  if (!existsSync(built('index.js'))) throw new Error('dist is missing: build the package first.');
  const entry = 'virtual:from-a-document.ts';
  const result = await build({
    root: fileURLToPath(new URL('../../..', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: {
      alias: [
        { find: 'bearer-worker/providers', replacement: built('providers.js') },
        { find: 'bearer-worker', replacement: built('index.js') },
      ],
    },
    plugins: [
      {
        name: 'from-a-document',
        resolveId: (id) =>
          id === entry ? `${fileURLToPath(new URL('.', import.meta.url))}block.ts` : undefined,
        load: (id) => (id.endsWith('/block.ts') ? code : undefined),
      },
    ],
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rollupOptions: {
        input: entry,
        preserveEntrySignatures: 'strict',
        output: { format: 'es', entryFileNames: 'guide.js', chunkFileNames: 'guide-chunks/[name].js' },
      },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]) as Rollup.RollupOutput[];
  const scripts = outputs.flatMap(({ output }) => output).filter((output) => output.type === 'chunk');
  return new Map(scripts.map(({ fileName, code: text }) => [`/${fileName}`, text]));
}

/** Whose tokens the guides' hosts give. */
const HOLDER: Holder = { iss: 'tenant-foo', sub: 'alice' };

/** What stands around a guide's code: its page, its host, its back end. */
export class GuideSite {
  readonly app: AppServer;
  lifeSeconds = 300;
  /** How often each source was asked for a token. */
  readonly given: Record<string, number> = {};
  /** What the page's template has in its head. */
  head = '';
  /** Each answer of the back end brings a newer token in this header. */
  renewsIn: string | undefined;
  #scripts: ReadonlyMap<string, string>;

  constructor(app: AppServer, scripts: ReadonlyMap<string, string>) {
    this.app = app;
    this.#scripts = scripts;
    app.intercept = (exchange) => this.#answer(exchange);
  }

  get url(): string {
    return `${this.app.origin}/guide.html`;
  }

  async token(source: string): Promise<string> {
    this.given[source] = (this.given[source] ?? 0) + 1;
    const { token } = await this.app.issuer.issue(HOLDER, this.lifeSeconds);
    return token;
  }

  /** What the back end took and refused, without the host's own. */
  get answers(): string[] {
    return this.app.seen.all
      .filter(({ path }) => path.startsWith('/api/') && path !== '/api/session/token')
      .map(({ method, path, status }) => `${method} ${path} ${status}`);
  }

  async #answer({ seen, response }: Exchange): Promise<boolean> {
    const { path } = seen;
    const script = this.#scripts.get(path);
    if (script !== undefined) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    } else if (path === '/guide.html') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(this.#page());
    } else if (path === '/heartbeat' || path === '/ap') {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(await this.token(path));
    } else if (path.endsWith('/session/token')) {
      const answer = { access_token: await this.token(path), expires_in: this.lifeSeconds };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } else if (path.startsWith('/api/')) {
      await this.#api(seen, response);
    } else return false;
    return true;
  }

  async #api({ authorization, body }: Exchange['seen'], response: Exchange['response']): Promise<void> {
    // Connect's back ends want another scheme; the token is the same.
    const judgement = await this.app.issuer.judge(
      authorization.map((value) => value.replace(/^JWT /, 'Bearer ')),
    );
    const isGood = judgement.verdict === 'good';
    const newer = isGood && this.renewsIn ? { [this.renewsIn]: await this.token(this.renewsIn) } : {};
    response.writeHead(isGood ? 200 : 401, { 'content-type': 'application/json', ...newer });
    response.end(JSON.stringify({ verdict: judgement.verdict, bytes: body.bytes }));
  }

  #page(): string {
    // `AP` as newer products have it: a promise.
    const ap = `window.AP = { context: { getToken: () => fetch('/ap', { cache: 'no-store' }).then((r) => r.text()) } };`;
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A guide</title>${this.head}
<link rel="icon" href="data:,"><script>${ap}</script></head><body><div id="root"></div>
<script type="module">window.guide = import('/guide.js');</script></body></html>`;
  }
}

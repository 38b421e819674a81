import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { AppServer, Exchange } from '../../browser/support/app-server.js';
import { ALICE } from '../../browser/support/world.js';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** What the tests' own account of the token host calls the one user of such an app. */
const TAB = 'app';

/** An app's static folder on the test server, with its token endpoint, `POST /session/token`, and its API. */
export class Site {
  readonly #app: AppServer;
  /** The folder that is given out; another one is another deployment. */
  folder: string;
  /** The path under which the folder lies. */
  base = '/';
  /** What goes with the file of a path. */
  headers: (path: string) => Readonly<Record<string, string>> = () => ({});
  /** Turned off, the server drops every connection. */
  isOff = false;

  constructor(app: AppServer, folder: string) {
    this.#app = app;
    this.folder = folder;
    app.tokenHost.open(TAB, ALICE, 300);
    app.intercept = (exchange) => this.#answer(exchange);
  }

  get url(): string {
    return `${this.#app.origin}${this.base}`;
  }

  get providerCalls(): number {
    return this.#app.tokenHost.callsOf(TAB).length;
  }

  /** The verdicts on the tokens of the requests of a path, in the order in which they came. */
  verdicts(path: string): string[] {
    return this.#app.seen.at(path).map(({ judgement }) => judgement.verdict);
  }

  async #answer({ request, response, seen }: Exchange): Promise<boolean> {
    if (this.isOff) {
      request.socket.destroy();
      return true;
    }
    if (seen.path === '/session/token' && seen.method === 'POST') {
      const minted = await this.#app.tokenHost.mint(TAB, 'endpoint');
      const token = minted.outcome === 'token' ? minted.token : undefined;
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify({ access_token: token, expires_in: 300 }));
      return true;
    }
    if (!seen.path.startsWith(this.base)) return false;
    const path = seen.path.slice(this.base.length) || 'index.html';
    const content = await readFile(join(this.folder, path)).catch(() => undefined);
    if (content === undefined) return false;
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, {
      'content-type': type,
      'cache-control': 'no-cache',
      ...this.headers(seen.path),
    });
    response.end(content);
    return true;
  }
}

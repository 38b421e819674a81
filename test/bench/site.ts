import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { bundlePage } from '../setup/bundle-page.js';
import { OidcIssuer } from './oidc-issuer.js';
import { Tokens } from './tokens.js';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/host': ['test/bench/pages/host.html', HTML],
  '/host.js': ['test/bench/pages/host.js', SCRIPT],
  '/app': ['test/bench/pages/app.html', HTML],
  '/pass-through.js': ['test/bench/pages/pass-through.js', SCRIPT],
  '/routed.js': ['test/bench/pages/routed.js', SCRIPT],
  '/least.js': ['test/bench/pages/least.js', SCRIPT],
  '/jquery.js': ['node_modules/jquery/dist/jquery.js', SCRIPT],
  '/connect-host.js': ['node_modules/atlassian-connect-js/dist/connect-host.js', SCRIPT],
  '/all.js': ['node_modules/atlassian-connect-js/dist/iframe.js', SCRIPT],
  '/bearer-worker.js': ['dist/bearer-worker.js', SCRIPT],
  '/OidcServiceWorker.js': [
    'node_modules/@axa-fr/oidc-client-service-worker/dist/OidcServiceWorker.js',
    SCRIPT,
  ],
};

/** One entry, and a chunk for each contestant. */
const PAGES = {
  entry: new URL('pages/app.ts', import.meta.url),
  fileName: 'app.js',
  chunkFolder: 'chunks',
  minify: true,
};

/** One answer of the API: when it came in, and what became of it. */
export interface Arrival {
  readonly contestant: string;
  readonly path: string;
  readonly arrivedAtMs: number;
  readonly status: number;
}

/**
 * The server of all contestants. Each has a host name of its own (`<name>.localhost`), and so an origin, a worker and
 * a storage of its own; the product that embeds them is `host.localhost`.
 */
export class Site {
  readonly tokens = new Tokens();
  readonly arrivals: Arrival[] = [];
  /** When the app's page of a contestant was first asked for. */
  readonly appLoads = new Map<string, number>();
  /** How long the endpoint of the tokens takes. */
  tokenDelayMs = 0;
  readonly #server: Server;
  readonly #pages: ReadonlyMap<string, string>;
  readonly #files = new Map<string, Buffer>();
  readonly #issuer = new OidcIssuer(this.tokens);

  private constructor(server: Server, pages: ReadonlyMap<string, string>) {
    this.#server = server;
    this.#pages = pages;
  }

  static async start(): Promise<Site> {
    const server = createServer();
    const site = new Site(server, await bundlePage(PAGES));
    server.on('request', (request, response) => {
      site.#answer(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end(String(error));
      });
    });
    // Every connection is kept: to open one is not what is measured.
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  originOf(name: string): string {
    return `http://${name}.localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The product's page that embeds the contestant, through the real Connect host library. */
  pageOf(contestant: string, settings: Readonly<Record<string, string>> = {}, origin = contestant): string {
    const app = new URL('/app', this.originOf(origin));
    app.search = new URLSearchParams({ contestant, ...settings }).toString();
    const host = new URL('/host', this.originOf('host'));
    host.search = new URLSearchParams({
      app: app.href,
      lifeSeconds: settings['lifeSeconds'] ?? '900',
    }).toString();
    return host.href;
  }

  arrivalsOf(contestant: string): Arrival[] {
    return this.arrivals.filter((arrival) => arrival.contestant === contestant);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAtMs = performance.timeOrigin + performance.now();
    const contestant = (request.headers.host ?? '').split('.')[0]!;
    const url = new URL(request.url ?? '/', this.originOf(contestant));
    const { pathname } = url;
    if (pathname.startsWith('/api/') || pathname.startsWith('/open/')) {
      // Those that attach nothing are let in: they are the limits that the others are held against.
      const { authorization } = request.headers;
      const isBare = authorization === undefined && /^(none|pass-through|routed)/.test(contestant);
      const isIn = pathname.startsWith('/open/') || isBare || this.tokens.isGood(authorization);
      this.arrivals.push({ contestant, path: pathname, arrivedAtMs, status: isIn ? 200 : 401 });
      await answerApi(url, request, response, isIn);
    } else if (pathname === '/token') {
      await this.#giveToken(url, response, contestant);
    } else if (pathname.startsWith('/oidc/')) {
      await this.#issuer.answer(url, request, response);
    } else {
      if (pathname === '/app' && !this.appLoads.has(contestant)) this.appLoads.set(contestant, arrivedAtMs);
      await this.#answerFile(pathname, response);
    }
  }

  async #giveToken(url: URL, response: ServerResponse, asker: string): Promise<void> {
    const lifeSeconds = Number(url.searchParams.get('lifeSeconds') ?? 900);
    const to = url.searchParams.get('to') ?? asker;
    if (this.tokenDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.tokenDelayMs));
    const isOpaque = url.searchParams.has('opaque');
    const token = isOpaque
      ? this.tokens.issueOpaque(to, lifeSeconds)
      : await this.tokens.issue(to, lifeSeconds, { iss: to, sub: url.searchParams.get('sub') ?? 'somebody' });
    sendJson(response, { token, expiresIn: lifeSeconds });
  }

  async #answerFile(path: string, response: ServerResponse): Promise<void> {
    if (path === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    if (path === '/OidcTrustedDomains.js') {
      const origin = this.originOf('axa');
      const domains = { default: { oidcDomains: [`${origin}/oidc`], accessTokenDomains: [`${origin}/api`] } };
      response
        .writeHead(200, { 'Content-Type': SCRIPT })
        .end(`const trustedDomains = ${JSON.stringify(domains)};`);
      return;
    }
    const page = this.#pages.get(path);
    if (page !== undefined) {
      response.writeHead(200, { 'Content-Type': SCRIPT, 'Cache-Control': 'max-age=3600' }).end(page);
      return;
    }
    // The paths of a login are the app's page too.
    const [file, type] =
      FILES[path] ?? (path.startsWith('/authentication/') ? FILES['/app']! : [undefined, '']);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const body = this.#files.get(file) ?? (await readFile(fromRoot(file)));
    this.#files.set(file, body);
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-cache' }).end(body);
  }
}

const SMALL = JSON.stringify({ name: 'an answer of about a hundred bytes', filler: 'x'.repeat(40) });
const CHUNK = Buffer.alloc(256 * 1024, 'x');

async function answerApi(
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  isIn: boolean,
): Promise<void> {
  if (!isIn) {
    request.resume();
    response.writeHead(401, { 'Cache-Control': 'no-store', 'WWW-Authenticate': 'JWT' }).end();
    return;
  }
  const bytes = Number(url.searchParams.get('bytes') ?? 0);
  if (bytes > 0) return download(bytes, response);
  for await (const chunk of request) void chunk;
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(SMALL);
}

async function download(bytes: number, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'Content-Length': bytes, 'Cache-Control': 'no-store' });
  await pipeline(Readable.from(chunksOf(bytes)), response);
}

function* chunksOf(bytes: number): Generator<Buffer> {
  for (let given = 0; given < bytes; given += CHUNK.length) yield CHUNK.subarray(0, bytes - given);
}

function sendJson(response: ServerResponse, body: unknown): void {
  response
    .writeHead(200, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      // The product's page asks for its app's tokens.
      'Access-Control-Allow-Origin': '*',
    })
    .end(JSON.stringify(body));
}

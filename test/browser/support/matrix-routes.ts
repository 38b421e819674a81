import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Exchange } from './app-server.js';
import { CUT_ROUTES } from './matrix-cut-answers.js';
import { PICTURE, serveTone } from './media.js';

export type MatrixRoute = (exchange: Exchange, name: string) => void;

/** The tokens that a cell has refused: each lane of it has its own, so that no lane ruins another's. */
const refused = new WeakMap<object, Map<string, { readonly token: string; requests: number }>>();

/**
 * The back end of the matrix: `/api/matrix/<route>?cell=…&by=…` answers the same whoever asks, and `/matrix/…` is not
 * covered. With `refuse=n` the cell's first token is refused from its request number n on, and so is one without any.
 */
export function matrixRoutes(exchange: Exchange): boolean {
  const { seen, response } = exchange;
  const path = /^(?:\/api)?\/matrix\/(?:named\/)?(.+)$/.exec(seen.path)?.[1];
  const route = path === undefined ? undefined : ROUTES[path];
  if (!route || path === undefined) return false;
  response.setHeader('x-served-by', 'the app');
  if (isRefused(exchange)) {
    response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' });
    response.end('{"refused":true}');
  } else route(exchange, path);
  return true;
}

function isRefused({ app, seen, url }: Exchange): boolean {
  const from = url.searchParams.get('refuse');
  if (from === null) return false;
  const cells = refused.get(app) ?? new Map<string, { readonly token: string; requests: number }>();
  refused.set(app, cells);
  const [token = ''] = seen.authorization;
  const key = `${url.searchParams.get('cell')} ${url.searchParams.get('by')}`;
  const first = cells.get(key) ?? { token, requests: 0 };
  cells.set(key, first);
  first.requests += 1;
  return first.requests > Number(from) && (token === first.token || seen.judgement.verdict !== 'good');
}

const NO_STORE = { 'cache-control': 'no-store' };

const ROUTES: Readonly<Record<string, MatrixRoute>> = {
  ...CUT_ROUTES,
  echo({ response, seen, bodyText }) {
    response.writeHead(200, { 'content-type': 'application/json', ...NO_STORE });
    const body = wireBody(seen.headers, seen.body, bodyText);
    response.end(seen.method === 'HEAD' ? undefined : JSON.stringify({ method: seen.method, body }));
  },
  fixed: ({ response }) =>
    void response.writeHead(200, { 'content-type': 'text/plain', ...NO_STORE }).end(FIXED),
  status({ response, url }) {
    const status = Number(url.searchParams.get('status'));
    response.writeHead(status, { 'content-type': 'text/plain', ...NO_STORE });
    response.end(status === 204 ? undefined : `this is ${status}`);
  },
  conditional: ({ response, request }) =>
    void (request.headers['if-none-match'] === '"v1"'
      ? response.writeHead(304, { etag: '"v1"' }).end()
      : response.writeHead(200, { etag: '"v1"', 'content-type': 'text/plain' }).end('version one')),
  cached: ({ response, request }) =>
    void (request.headers['if-none-match'] === '"v1"'
      ? response.writeHead(304, { etag: '"v1"', 'cache-control': 'max-age=600' }).end()
      : response
          .writeHead(200, { etag: '"v1"', 'cache-control': 'max-age=600', 'content-type': 'text/plain' })
          .end('kept for a while')),
  gzip: ({ response }) =>
    void response
      .writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain', ...NO_STORE })
      .end(gzipSync('much of the same. '.repeat(200))),
  chunked({ response }) {
    response.writeHead(200, { 'content-type': 'text/plain', ...NO_STORE });
    let sent = 0;
    const next = (): void => {
      if (sent++ < 5) response.write(`piece ${sent}\n`, () => setImmediate(next));
      else response.end();
    };
    next();
  },
  'big-headers'({ response }) {
    for (let at = 0; at < 16; at += 1) response.setHeader(`x-big-${at}`, 'h'.repeat(65_536));
    response.writeHead(200, { 'content-type': 'text/plain', ...NO_STORE }).end('after a megabyte');
  },
  'odd-headers'({ response }) {
    response.setHeader('x-latin', 'caf\u00e9');
    response.setHeader('x-many', ['one', 'two ,  three']);
    response.writeHead(200, 'Sehr sch\u00f6n', { 'content-type': 'text/plain', ...NO_STORE }).end('odd');
  },
  redirect({ app, response, url }) {
    const { searchParams } = url;
    const to = searchParams.get('to') ?? '';
    const address = to === 'here' ? '/api/matrix/echo' : `${app.elsewhere}/matrix/${to}`;
    response.setHeader(
      'location',
      `${address}?cell=${searchParams.get('cell')}&by=${searchParams.get('by')}`,
    );
    response.writeHead(Number(searchParams.get('status')), NO_STORE).end();
  },
  /** On the other origin: lets any page of ours read it, and answers its preflight. */
  elsewhere({ response, seen }) {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'x-mine, authorization');
    response.writeHead(seen.method === 'OPTIONS' ? 204 : 200, { 'content-type': 'text/plain' });
    response.end(seen.method === 'OPTIONS' ? undefined : 'elsewhere');
  },
  /** The same, but nobody may send it a header of his own: a store of files mostly says no more. */
  'elsewhere-simple'({ response, seen }) {
    response.setHeader('access-control-allow-origin', '*');
    response.writeHead(seen.method === 'OPTIONS' ? 403 : 200, { 'content-type': 'text/plain' });
    response.end('elsewhere');
  },
  'picture.png': ({ response }) =>
    void response.writeHead(200, { 'content-type': 'image/png', ...NO_STORE }).end(PICTURE),
  'tone.wav': serveTone,
  'captions.vtt': ({ response }) =>
    void response.writeHead(200, { 'content-type': 'text/vtt', ...NO_STORE }).end(CAPTIONS),
  'style.css': ({ response }) =>
    void response.writeHead(200, { 'content-type': 'text/css', ...NO_STORE }).end('#styled { width: 321px }'),
  'script.js': ({ response }) => script(response, 'globalThis.matrixScript = 7;'),
  'module.js': ({ response }) => script(response, 'globalThis.matrixScript = 7; export const answer = 42;'),
  download: ({ response }) =>
    void response
      .writeHead(200, { 'content-type': 'text/csv', 'content-disposition': 'attachment; filename="r.csv"' })
      .end('a,b\n1,2\n'),
  document: ({ response, seen }) =>
    void response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...NO_STORE })
      .end(`<!doctype html><title>a document</title><p>by ${seen.method}, ${seen.body.bytes} bytes`),
  events,
  // What the pages of the matrix are made of.
  'empty.html': ({ response }) =>
    void response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...NO_STORE })
      .end('<!doctype html><title>empty</title><link rel="icon" href="data:,">'),
  'worker.js': ({ response }) =>
    script(response, readFileSync(new URL('../pages/matrix-worker.js', import.meta.url), 'utf8')),
};

/** What the right integrity is of. */
export const FIXED = 'always the same';
export const FIXED_INTEGRITY = `sha256-${createHash('sha256').update(FIXED).digest('base64')}`;

const CAPTIONS = 'WEBVTT\n\n00:00.000 --> 00:10.000\nSaid first\n\n00:10.000 --> 00:20.000\nSaid next\n';

function script(response: Exchange['response'], source: string): void {
  response.writeHead(200, { 'content-type': 'text/javascript', ...NO_STORE }).end(source);
}

/** Two events, then the end: the page's EventSource comes back for the two after the last that it has. */
function events({ request, response }: Exchange): void {
  const last = Number(request.headers['last-event-id'] ?? '0');
  response.writeHead(200, { 'content-type': 'text/event-stream', ...NO_STORE });
  response.write('retry: 20\n\n');
  for (const id of [last + 1, last + 2]) response.write(`id: ${id}\ndata: event ${id}\n\n`);
  response.end();
}

/** What came in the body; a form's boundary is the browser's own each time. */
export function wireBody(
  headers: Exchange['seen']['headers'],
  body: Exchange['seen']['body'],
  text: string,
): string {
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? '';
  const boundary = /boundary=(.+)$/.exec(type)?.[1];
  return boundary === undefined
    ? `${body.bytes} bytes, ${body.sha256}`
    : text.replaceAll(boundary, 'BOUNDARY');
}

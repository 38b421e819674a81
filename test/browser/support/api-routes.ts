import { randomBytes } from 'node:crypto';
import type { Exchange, Route } from './app-server.js';
import { PICTURE, serveTone } from './media.js';

/**
 * The back end. Everything under /api/ demands a good token, but for /api/open/, which answers whoever
 * asks: there a request with and one without a worker can be compared. /other/ is not covered.
 */
export function apiRoutes(path: string): Route | undefined {
  const [, root, ...rest] = path.split('/');
  if (root !== 'api' && root !== 'other') return undefined;
  const open = root === 'other' || rest[0] === 'open';
  const name = (open && root === 'api' ? rest[1] : rest[0]) ?? '';
  const endpoint = ENDPOINTS[name];
  if (endpoint === undefined) return undefined;
  return async (exchange) => {
    if (!open && exchange.seen.judgement.verdict !== 'good' && !DECIDE_THEMSELVES.has(name)) {
      refuse(exchange);
      return;
    }
    await endpoint(exchange);
  };
}

const DECIDE_THEMSELVES = new Set(['verdict-later', 'refuse-once', 'refuse-always', 'forbidden', 'shared']);

const ENDPOINTS: Readonly<Record<string, Route>> = {
  '': echo,
  echo,
  upload: echo,
  report: echo,
  'picture.png': ({ response }) => void response.writeHead(200, { 'content-type': 'image/png' }).end(PICTURE),
  'tone.wav': serveTone,
  download: ({ response }) =>
    void response
      .writeHead(200, {
        'content-type': 'text/csv',
        'content-disposition': 'attachment; filename="report.csv"',
      })
      .end('a,b\n1,2\n'),
  events,
  redirect: ({ response, url }) =>
    void response
      .writeHead(Number(url.searchParams.get('status') ?? 302), {
        location: url.searchParams.get('to') ?? '',
        'access-control-allow-origin': '*',
      })
      .end(),
  async slow(exchange) {
    await delay(Number(exchange.url.searchParams.get('ms') ?? 500));
    echo(exchange);
  },
  /** Decides as the request arrives and says so later, as a busy back end does. */
  async 'verdict-later'(exchange) {
    await delay(Number(exchange.url.searchParams.get('ms') ?? 500));
    if (exchange.seen.judgement.verdict === 'good') echo(exchange);
    else refuse(exchange);
  },
  /** Refuses the first request of each query, whatever its token, and takes the next. */
  'refuse-once'(exchange) {
    const before = exchange.app.seen.all.filter(({ url }) => url === exchange.seen.url).length - 1;
    if (before === 0) refuse(exchange);
    else echo(exchange);
  },
  'refuse-always': refuse,
  /**
   * A back end that forgot `Vary: Authorization`: the browser keeps its answer, whoever asks next, and is told that it is
   * still good, whosever it is.
   */
  cached({ request, response, seen }) {
    const isKept = request.headers['if-none-match'] !== undefined;
    const headers = { 'content-type': 'text/plain', 'cache-control': 'max-age=600', etag: '"1"' };
    response.writeHead(isKept ? 304 : 200, headers);
    response.end(isKept ? undefined : (seen.judgement.claims?.iss ?? 'nobody'));
  },
  /** For pages of any origin: a frame in a sandbox is of none. */
  shared(exchange) {
    exchange.response.setHeader('access-control-allow-origin', '*');
    exchange.response.setHeader('access-control-allow-headers', 'authorization');
    if (exchange.seen.method === 'OPTIONS') exchange.response.writeHead(204).end();
    else if (exchange.seen.judgement.verdict === 'good') echo(exchange);
    else refuse(exchange);
  },
  forbidden: ({ response }) =>
    void response.writeHead(403, { 'content-type': 'application/json' }).end('{"error":"forbidden"}'),
  'insufficient-scope': ({ response }) =>
    void response
      .writeHead(401, { 'www-authenticate': 'Bearer error="insufficient_scope", scope="admin"' })
      .end('{"error":"insufficient_scope"}'),
};

function echo({ response, seen }: Exchange): void {
  response.writeHead(200, 'Fine', {
    'content-type': 'application/json',
    'x-served-by': 'the app',
    'cache-control': 'no-store',
  });
  const { method, url, body, judgement } = seen;
  response.end(
    method === 'HEAD' ? undefined : JSON.stringify({ method, url, body, claims: judgement.claims }),
  );
}

function refuse({ response, seen }: Exchange): void {
  response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' });
  response.end(JSON.stringify({ refused: seen.judgement.verdict }));
}

/** Three events, then the end: the page's EventSource comes back by itself for more. */
async function events({ response, seen }: Exchange): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 100\n\n');
  for (let count = 0; count < 3; count += 1) {
    response.write(`id: ${randomBytes(4).toString('hex')}\ndata: ${seen.judgement.claims?.jti ?? ''}\n\n`);
    await delay(20);
  }
  response.end();
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

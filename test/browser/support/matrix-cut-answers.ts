import type { MatrixRoute } from './matrix-routes.js';
import type { Exchange } from './app-server.js';

/** Requests that the browser let go of before they were answered, by cell and lane. */
export class LetGo {
  readonly #open = new Map<string, Exchange['response']>();
  readonly #gone = new Set<string>();

  watch({ response, url }: Exchange): void {
    const key = keyOf(url);
    this.#open.set(key, response);
    response.on('close', () => {
      if (!response.writableFinished) this.#gone.add(key);
    });
  }

  isWatched(url: URL): boolean {
    return this.#open.has(keyOf(url));
  }

  has(url: URL): boolean {
    return this.#gone.has(keyOf(url));
  }

  /** Ends what still hangs: a browser has six connections for a host. */
  end(url: URL): void {
    const response = this.#open.get(keyOf(url));
    if (response && !response.headersSent) response.writeHead(200);
    response?.end();
  }
}

function keyOf({ searchParams }: URL): string {
  return `${searchParams.get('cell')} ${searchParams.get('by')} ${searchParams.get('refuse')}`;
}

export const letGo = new LetGo();

/** Answers that do not come, or not whole. */
export const CUT_ROUTES: Readonly<Record<string, MatrixRoute>> = {
  hang: (exchange) => letGo.watch(exchange),
  /** Answers once the cell's own request is there. */
  arrived({ response, url }) {
    const look = (): void => {
      if (letGo.isWatched(url)) response.writeHead(204).end();
      else setTimeout(look, 5);
    };
    look();
  },
  drip(exchange) {
    exchange.response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
    // A browser may keep the first bytes back until it knows what they are.
    exchange.response.write('drop '.repeat(400));
    letGo.watch(exchange);
  },
  /** An event, and then no more. */
  'events-open'(exchange) {
    exchange.response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    exchange.response.write('id: 1\ndata: event 1\n\n');
    letGo.watch(exchange);
  },
  broken({ response }) {
    response.writeHead(200, {
      'content-type': 'text/plain',
      'content-length': 5000,
      'cache-control': 'no-store',
    });
    response.write('x'.repeat(2000), () => setTimeout(() => response.destroy(), 20));
  },
  'broken-chunks'({ response }) {
    response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
    response.write('x'.repeat(2000), () => setTimeout(() => response.destroy(), 20));
  },
};

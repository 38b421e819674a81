import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ViteDevServer } from 'vite';
import { withMapComment, type WorkerScript } from './worker-script.js';

/**
 * Serves the worker and its map in development. Vite's own answer to an unknown path is the app's HTML,
 * which a browser refuses as a worker.
 */
export function serveWorker(server: ViteDevServer, path: string, make: () => Promise<WorkerScript>): void {
  const url = `${server.config.base}${path}`;
  let current: Promise<WorkerScript> | undefined;
  let files: ReadonlySet<string> = new Set();

  const script = (): Promise<WorkerScript> => {
    const making = (current ??= make());
    making.then(
      (made) => {
        if (current !== making) return;
        files = made.files;
        server.watcher.add([...files]);
      },
      () => {
        if (current === making) current = undefined;
      },
    );
    return making;
  };

  server.watcher.on('all', (_event, file) => {
    if (!files.has(file.replaceAll('\\', '/'))) return;
    current = undefined;
    // A browser looks for a new worker when it navigates, so the page must.
    server.ws.send({ type: 'full-reload', path: '*' });
  });

  server.middlewares.use((request, response, next) => {
    // Vite takes the base off `url`, depending on where in the chain one stands; never off this.
    const { pathname } = new URL(request.originalUrl ?? request.url ?? '/', 'http://localhost');
    const wanted = pathname === url ? 'code' : pathname === `${url}.map` ? 'map' : undefined;
    if (wanted === undefined) warnOfOtherUrl(server, request, pathname, path);
    if (wanted === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      next();
      return;
    }
    script().then(
      (made) => {
        if (wanted === 'code') answer(server, response, 'text/javascript', withMapComment(made, path));
        else answer(server, response, 'application/json', made.map ?? '{}');
      },
      (error: unknown) => {
        next(error);
      },
    );
  });
}

/** A page that does not know of the base, or of the path, asks for the worker at its usual place. */
function warnOfOtherUrl(server: ViteDevServer, request: IncomingMessage, asked: string, path: string): void {
  if (asked !== '/bearer-worker.js' || request.headers['service-worker'] !== 'script') return;
  const { base, logger } = server.config;
  logger.warnOnce(
    `bearerWorker(): a page asked for its worker at ${asked}, and it is at ${base}${path}. ` +
      `Register with workerUrl: import.meta.env.BASE_URL + '${path}'.`,
    { timestamp: true },
  );
}

function answer(server: ViteDevServer, response: ServerResponse, type: string, body: string): void {
  for (const [name, value] of Object.entries(server.config.server.headers ?? {})) {
    if (value !== undefined) response.setHeader(name, value);
  }
  response.setHeader('Content-Type', type);
  response.setHeader('Cache-Control', 'no-cache');
  // Node leaves the body out of an answer to HEAD.
  response.end(body);
}

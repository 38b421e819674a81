import { setTimeout as delay } from 'node:timers/promises';
import type { ClientRoutes } from './client-tab.js';

/**
 * `/api/live`: two events after the last that the client has, then the end, so that it comes back for more. After the
 * first connection every token is refused that was handed out until then.
 */
export function eventsRoute(): ClientRoutes {
  let connections = 0;
  return async ({ app, seen, request, response, url }) => {
    if (seen.path !== '/api/live') return false;
    const last = Number(request.headers['last-event-id'] ?? url.searchParams.get('lastEventId') ?? '0');
    connections += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 20\n\n');
    for (const id of [last + 1, last + 2]) response.write(`id: ${id}\ndata: event ${id}\n\n`);
    await delay(20);
    if (connections === 1) app.issuer.revokeAll();
    response.end();
    return true;
  };
}

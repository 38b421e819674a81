import { authorize } from '../src/core/authorize.js';
import { BYPASS_HASH, PROBE_HASH, PROBE_HEADER } from '../src/core/bypass.js';
import { createCore } from '../src/core/create-core.js';
import { createMatcher } from '../src/core/match.js';
import type { RouteRule, WorkerOptions } from '../src/core/options.js';
import { canAttach } from '../src/web/attach.js';
import { createExchange } from '../src/web/exchange.js';
import { webPlatform } from '../src/web/web-platform.js';
import { onMessage, type Abilities } from './on-message.js';
import { createTellBegun } from './tell-begun.js';
import { workerClients } from './worker-clients.js';

declare const self: ServiceWorkerGlobalScope;

export interface Injector {
  /** The rule that gives the request a token; none where it is not covered or has the header already. */
  find(request: Request): RouteRule | undefined;
  respond(event: FetchEvent, rule: RouteRule): Promise<Response>;
  /** A `fetch` listener: answers covered requests, and no others. */
  readonly onFetch: (event: FetchEvent) => void;
}

/**
 * The core in this worker's world; it listens for the pages' messages, and has begun to read the store.
 */
export function createInjector(options: WorkerOptions, abilities?: Abilities): Injector {
  const { scope } = self.registration;
  const ruleOf = createMatcher(options, self.location.origin);
  const core = createCore(webPlatform(scope, self.location.href, workerClients), options, scope);
  self.addEventListener('message', (event) => onMessage(event, core, abilities));
  const tellBegun = createTellBegun();
  const injector: Injector = {
    find(request) {
      if (request.headers.has(options.header) || request.url.endsWith(BYPASS_HASH)) return undefined;
      const rule = ruleOf(request);
      return rule && canAttach(request, options.header) ? rule : undefined;
    },
    respond({ request, clientId }, rule) {
      tellBegun(clientId, request.url);
      const { method, mode, destination, referrer } = request;
      const covers = (url: string): boolean =>
        ruleOf({ url, method, mode, destination, referrer }) !== undefined;
      return authorize(core, createExchange(request, clientId, rule, options, covers, fetch, 'reload'));
    },
    onFetch: (event) => {
      const rule = injector.find(event.request);
      if (rule) event.respondWith(injector.respond(event, rule));
      else if (abilities?.answersProbe && event.request.url.endsWith(PROBE_HASH))
        event.respondWith(new Response('', { headers: { [PROBE_HEADER]: '' } }));
    },
  };
  return injector;
}

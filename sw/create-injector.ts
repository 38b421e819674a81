import { BYPASS_HASH } from '../src/core/bypass.js';
import { createCore } from '../src/core/create-core.js';
import { createMatcher } from '../src/core/match.js';
import { resolveWorkerOptions, type RouteRule, type WorkerOptions } from '../src/core/options.js';
import { webPlatform } from '../src/web/web-platform.js';
import { canAttach } from './attach.js';
import { onPageMessage } from './commands.js';
import { createExchange } from './exchange.js';
import { workerClients } from './worker-clients.js';

declare const self: ServiceWorkerGlobalScope;

export interface Injector {
  /** The rule that gives the request a token; none where it is not covered or has the header already. */
  find(request: Request): RouteRule | undefined;
  respond(event: FetchEvent, rule: RouteRule): Promise<Response>;
}

/** The core in this worker's world; listens for the pages' messages, and has begun to read the store. */
export function createInjector(given: Partial<WorkerOptions>): Injector {
  const options = resolveWorkerOptions(given);
  const { scope } = self.registration;
  const ruleOf = createMatcher(options, self.location.origin);
  const core = createCore(webPlatform(scope, self.location.href, workerClients), options, scope);
  self.addEventListener('message', (event) => onPageMessage(event, core));
  return {
    find(request) {
      if (request.headers.has(options.header) || request.url.endsWith(BYPASS_HASH)) return undefined;
      const rule = ruleOf(request);
      return rule && canAttach(request) ? rule : undefined;
    },
    respond({ request, clientId }, rule) {
      return core.authorizer.handle(createExchange(request, clientId, rule, options));
    },
  };
}

import type { GivenWorkerOptions, WorkerOptions } from '../src/core/options.js';
import { TokenInjectorError } from '../src/core/errors.js';
import { expectedOption } from '../src/core/expected-option.js';
import { resolveWorkerOptions } from '../src/core/validate-options.js';
import { createInjector } from './create-injector.js';
import { hasRoutes } from './routes.js';

declare const self: ServiceWorkerGlobalScope;

export { isTokenInjectorError, TokenInjectorError, type ErrorCode } from '../src/core/errors.js';
export type { GivenWorkerOptions, RouteRule, WorkerOptions } from '../src/core/options.js';

/** The injector as a part of a worker with other duties. */
export interface WorkerTokenInjector {
  /** Whether the request gets a token: by its path, mode and destination, and if it has no such header yet. */
  matches(request: Request): boolean;
  /** The network's answer to the request, with a token on it where it is covered; for `event.respondWith`. */
  handle(event: FetchEvent): Promise<Response>;
}

/**
 * Adds the injector to a worker of your own, beside your listeners. It answers covered requests and no others, so
 * call it before listeners that would answer them; those after it are shown all else, navigations too: no static route
 * takes a request past your worker. Whether and when a new version of it takes over (`skipWaiting`) stays yours.
 *
 * Call it while the worker's script evaluates: it listens for messages, and begins to read the stored token.
 *
 * @throws {TokenInjectorError} `invalid-options`
 * @example
 * import { installTokenInjector } from 'bearer-worker/sw';
 *
 * installTokenInjector({ include: ['/api/'], scheme: 'JWT' });
 */
export function installTokenInjector(options: GivenWorkerOptions = {}): void {
  // Of the engines only the one that has routes cuts a page off from its worker (docs/limits.md).
  self.addEventListener('fetch', createInjector(resolve(options), { answersProbe: hasRoutes() }).onFetch);
}

/**
 * The same without a `fetch` listener, for a router that has one. Workbox's `registerRoute` takes `GET` where it is told
 * no method, so it is told each.
 *
 * @throws {TokenInjectorError} `invalid-options`
 * @example
 * import { registerRoute } from 'workbox-routing';
 * import { createTokenInjector } from 'bearer-worker/sw';
 *
 * const injector = createTokenInjector({ include: ['/api/'] });
 * for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
 *   registerRoute(({ request }) => injector.matches(request), ({ event }) => injector.handle(event), method);
 * }
 */
export function createTokenInjector(options: GivenWorkerOptions = {}): WorkerTokenInjector {
  const injector = createInjector(resolve(options));
  return {
    matches: (request) => injector.find(request) !== undefined,
    handle(event) {
      const rule = injector.find(event.request);
      return rule ? injector.respond(event, rule) : fetch(event.request);
    },
  };
}

function resolve(options: GivenWorkerOptions): WorkerOptions {
  try {
    return resolveWorkerOptions(options);
  } catch (error) {
    const { message, cause } = error as TokenInjectorError;
    throw new TokenInjectorError('invalid-options', expectedOption(message), { cause });
  }
}

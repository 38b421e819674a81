import { Engine } from './engine.js';
import { explain, unavailable } from './explain.js';
import { resolvePageOptions, type PageOptions, type TokenInjectorOptions } from './options.js';
import { TokenInjector } from './token-injector.js';

/** A page has one engine, however often it registers; it runs while an injector of it is in use. */
let engine: Engine | undefined;
let started = Promise.resolve();
const injectors = new Set<TokenInjector>();

/**
 * Registers the worker, and resolves when this page's covered requests carry a token. Registered again (React's
 * StrictMode does it), the page keeps one engine; the latest options hold.
 *
 * Where no worker can be had it resolves too: the page attaches its tokens itself then, and says why once on the
 * console.
 *
 * @param given the provider, and what differs from the defaults
 * @throws {TokenInjectorError} `invalid-options`. With `inPage: 'never'` also `worker-unavailable` where no worker can
 *   be had, with what mends it, and `protocol-mismatch` where it is of another version; `worker-unavailable` where there
 *   is no page at all, as on a server
 * @example
 * import { registerTokenInjector } from 'bearer-worker';
 *
 * await registerTokenInjector({ getToken: () => AP.context.getToken(), include: ['/api/'] });
 * await fetch('/api/me'); // carries Authorization: Bearer …
 */
export async function registerTokenInjector(given: TokenInjectorOptions): Promise<TokenInjector> {
  if (typeof document === 'undefined') throw await unavailable('node');
  const options = await resolve(given);
  const current = (engine ??= new Engine(options, (name, detail) => {
    for (const injector of injectors) injector.dispatchEvent(new CustomEvent(name, { detail }));
  }));
  const injector = new TokenInjector(current, release);
  injectors.add(injector);
  try {
    const start = async (): Promise<void> => {
      try {
        // Switched on in the field; without effect where there is no storage or the chunk cannot be had.
        if (localStorage['bearer-worker:log'])
          await (await import('./log.js')).log(injector, options, started);
      } catch {
        // No log, then.
      }
      // Also when it runs: the options may be others, and a logged-out identity opens again.
      await current.start(options);
    };
    await (started = started.then(start, start));
  } catch (error) {
    await release(injector, false).catch(() => undefined);
    throw error;
  }
  return injector;
}

async function resolve(given: TokenInjectorOptions): Promise<PageOptions> {
  try {
    return resolvePageOptions(given, document.baseURI);
  } catch (error) {
    const { message, cause } = error as Error;
    throw await explain('invalid-options', message, cause);
  }
}

async function release(injector: TokenInjector, unregister: boolean): Promise<void> {
  // One that another has unregistered is of an engine that has stopped.
  if (!injectors.delete(injector) || (injectors.size > 0 && !unregister)) return;
  injectors.clear();
  const last = engine;
  engine = undefined;
  await last?.stop(unregister);
}

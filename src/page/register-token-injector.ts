import { Engine } from './engine.js';
import { explain, unavailable } from './explain.js';
import { resolvePageOptions, type PageOptions, type TokenInjectorOptions } from './options.js';
import { TokenInjector } from './token-injector.js';

/** A page has one engine, however often it registers; it runs while an injector of it is in use. */
let engine: Engine | undefined;
let started = Promise.resolve();
/** The last `unregister()`, while it goes on. */
let unregistered: Promise<void> | undefined;
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
  let [injector, current] = join(options);
  try {
    const start = async (): Promise<void> => {
      // What another injector of the page has unregistered meanwhile was there before this.
      await unregistered;
      if (current.hasStopped) [injector, current] = join(options);
      try {
        // Switched on in the field; without effect where there is no storage or the chunk cannot be had.
        if (localStorage['bearer-worker:log'])
          await (await import('./log.js')).log(injector, options, started);
      } catch {
        // No log, then.
      }
      // Also when it runs: the options may be others, and a logged-out identity opens again.
      await current.start(options).catch((error: unknown) => {
        if (!current.hasStopped) throw error;
      });
      if (current.hasStopped) await start();
    };
    await (started = started.then(start, start));
  } catch (error) {
    await release(injector, false).catch(() => undefined);
    throw error;
  }
  return injector;
}

function join(options: PageOptions): [TokenInjector, Engine] {
  const current = (engine ??= new Engine(options, (name, detail) => {
    for (const injector of injectors) injector.dispatchEvent(new CustomEvent(name, { detail }));
  }));
  const injector = new TokenInjector(current, release);
  injectors.add(injector);
  return [injector, current];
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
  const stopped = last?.stop(unregister);
  if (unregister) unregistered = stopped?.catch(() => undefined);
  await stopped;
}

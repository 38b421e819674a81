import { decodeJwt } from 'jose';
import type { TokenProvider } from '../page/options.js';

/** The part of Atlassian Connect's `AP` that is used here; both forms of `getToken` are in the field. */
export interface ConnectApi {
  readonly context: { getToken(callback?: (token: string) => void): unknown };
}

/** Primed long ago, `AP` first replays its old promise, and asks the host again with the next call. */
const ATTEMPTS = 3;
const PAUSE_MS = 300;

/**
 * Context tokens of an Atlassian Connect app, by `AP.context.getToken()`. Register with `scheme: 'JWT'`, which is what
 * Connect back ends want. The tokens live about three minutes; read by their `exp`.
 *
 * It bears that `getToken` comes with a promise or a callback, never settles (the user logged out of the product, or
 * the host cannot be reached), gives `undefined` (only reloading the frame helps), or replays an expired token.
 *
 * @param api `AP`, where it is not the global one
 * @throws {Error} where no token is to be had, with what helps
 * @example
 * await registerTokenInjector({ getToken: atlassianConnect(), scheme: 'JWT' });
 */
export function atlassianConnect(api?: ConnectApi): TokenProvider {
  return async ({ signal }) => {
    const connect = api ?? (globalThis as { AP?: ConnectApi }).AP;
    if (typeof connect?.context?.getToken !== 'function') {
      throw new Error(
        "There is no AP.context.getToken: load Connect's all.js first, in a frame of an Atlassian product.",
      );
    }
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      const token = await call(connect, signal);
      if (typeof token !== 'string' || token === '') {
        throw new Error(
          'Connect failed to give this frame a token when it loaded, and will give it none until the frame is reloaded. Has the app declared JWT authentication?',
        );
      }
      // Whether it really has expired is for the core to say, which knows how far this clock is off.
      if (attempt === ATTEMPTS || !seemsExpired(token)) return token;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
}

/**
 * The promise first: of a frame that will never get a token it says `undefined`, where the callback hangs. Older
 * products return no promise and want the callback; the host is asked once for both.
 */
function call(connect: ConnectApi, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    const promise = connect.context.getToken();
    if (isThenable(promise)) promise.then(resolve, reject);
    else connect.context.getToken(resolve);
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}

function seemsExpired(token: string): boolean {
  try {
    const { exp } = decodeJwt(token);
    return exp !== undefined && exp * 1000 <= Date.now();
  } catch {
    return false;
  }
}

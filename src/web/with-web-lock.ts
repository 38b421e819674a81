import { TokenInjectorError } from '../core/errors.js';

/**
 * A Web Lock, with an end to the wait. One that foreign code steals rejects the request while its callback runs on
 * (Web Locks API, "steal"): then the callback's own outcome counts, and the generation protects the store. Where
 * there are no locks, or storage is blocked and they throw, the generation alone must do.
 *
 * @param leave ends the wait early
 * @throws {TokenInjectorError} `provider-timeout` where it was not granted in time, or the wait was ended
 */
export async function withWebLock<T>(
  name: string,
  timeoutMs: number,
  run: () => Promise<T>,
  leave?: AbortSignal,
): Promise<T> {
  let running: Promise<T> | undefined;
  const start = (): Promise<T> => (running ??= run());
  const patience = new AbortController();
  const late = new Promise<never>((_resolve, reject) => {
    patience.signal.addEventListener('abort', () => {
      if (!running) reject(new TokenInjectorError('provider-timeout', 'another holds the lock'));
    });
  });
  const giveUp = (): void => patience.abort();
  const timer = setTimeout(giveUp, timeoutMs);
  leave?.addEventListener('abort', giveUp);
  try {
    return await Promise.race([navigator.locks.request(name, { signal: patience.signal }, start), late]);
  } catch {
    return await (running || !patience.signal.aborted ? start() : late);
  } finally {
    clearTimeout(timer);
    leave?.removeEventListener('abort', giveUp);
  }
}

import { TokenInjectorError } from '../core/errors.js';
import type { Platform } from '../core/ports.js';

/**
 * A Web Lock, with an end to the wait. One that foreign code steals rejects the request while its callback runs on
 * (Web Locks API, "steal"): then the callback's own outcome counts, and the generation protects the store. Where
 * there are no locks, or storage is blocked and they throw, the generation alone must do.
 */
export const withWebLock: Platform['withLock'] = async (name, timeoutMs, run) => {
  let running: ReturnType<typeof run> | undefined;
  const start = (): ReturnType<typeof run> => (running ??= run());
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), timeoutMs);
  try {
    return await navigator.locks.request(name, { signal: patience.signal }, start);
  } catch {
    if (!running && patience.signal.aborted)
      throw new TokenInjectorError('provider-timeout', 'another holds the lock');
    return start();
  } finally {
    clearTimeout(timer);
  }
};

import { timeout } from '../core/ask.js';
import type { Locks } from '../core/ports.js';

/**
 * Web Locks, with an end to the wait. A lock that foreign code steals rejects the request while its callback runs
 * on (Web Locks API, "steal"): then the callback's own outcome counts, and the generation protects the store.
 */
export const webLocks: Locks = {
  async request(name, timeoutMs, run) {
    // Not there on insecure pages, and it throws where storage is blocked: the generation alone must do.
    if (typeof navigator === 'undefined' || !navigator.locks) return run();
    let running: ReturnType<typeof run> | undefined;
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), timeoutMs);
    try {
      return await navigator.locks.request(name, { signal: patience.signal }, () => {
        clearTimeout(timer);
        running = run();
        return running;
      });
    } catch (error) {
      if (running) return running;
      if (patience.signal.aborted) throw timeout(timeoutMs);
      if (error instanceof DOMException) return run();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  },
};

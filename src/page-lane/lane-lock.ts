import type { Platform } from '../core/ports.js';
import { withWebLock } from '../web/with-web-lock.js';
import type { PageLife } from './page-life.js';

/**
 * The lock as a page may hold it. A page that the browser freezes, or keeps for going back, holds on to its locks for
 * hours, and is given those that it waits for (seen in Chromium): so it lets go of both before. What ran under the
 * lock runs on once the page is back; what it then brings is older than what others have stored, and dropped.
 *
 * @param lock the browser's
 */
export function laneLock(life: PageLife, lock: typeof withWebLock = withWebLock): Platform['withLock'] {
  const withLock: Platform['withLock'] = async (name, timeoutMs, run) => {
    await life.here;
    const { leaving } = life;
    let running: ReturnType<typeof run> | undefined;
    const released = new AbortController();
    const hold = (): Promise<void> => {
      const left = new Promise<void>((resolve) => {
        leaving.addEventListener('abort', () => resolve(), { signal: released.signal });
      });
      running = run();
      const done = running.then(
        () => undefined,
        () => undefined,
      );
      return Promise.race([done, left]);
    };
    try {
      await lock(name, timeoutMs, hold, leaving);
    } catch (error) {
      if (!leaving.aborted) throw error;
    } finally {
      released.abort();
    }
    return running ?? withLock(name, timeoutMs, run);
  };
  return withLock;
}

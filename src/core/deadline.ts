import type { Platform } from './ports.js';

/**
 * The promise's outcome; `late` where it has none within `delayMs`, or fails and `late` is no error. No wait of the
 * core is without it.
 */
export function withDeadline<T>(
  platform: Platform,
  delayMs: number,
  promise: Promise<T>,
  late: T | Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => (late instanceof Error ? reject(late) : resolve(late));
    const cancel = platform.setTimer(giveUp, delayMs);
    promise.then(resolve, late instanceof Error ? reject : giveUp).finally(cancel);
  });
}

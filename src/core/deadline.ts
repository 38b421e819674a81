import type { Clock } from './ports.js';

/** The promise's outcome, or `late()`'s where it has none within `delayMs`. No wait of the core is without it. */
export function withDeadline<T>(
  clock: Clock,
  delayMs: number,
  promise: Promise<T>,
  late: () => T,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.setTimer(() => {
      try {
        resolve(late());
      } catch (error) {
        reject(error as Error);
      }
    }, delayMs);
    promise.then(resolve, reject).finally(cancel);
  });
}

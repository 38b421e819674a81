/** From one second, doubling, to a minute: a provider that fails is called about 70 times in an hour at most. */
const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/** Jittered exponential backoff: after a failure, nothing is tried until `untilMs`. */
export interface Backoff {
  untilMs: number;
  failures: number;
}

export function fail(backoff: Backoff, nowMs: number, random: number): void {
  const delayMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** backoff.failures++);
  backoff.untilMs = nowMs + delayMs * (0.5 + random / 2);
}

/** A wait longer than the longest means that the clock was set back: then it is over. */
export function isWaiting(untilMs: number, nowMs: number): boolean {
  return nowMs < untilMs && untilMs - nowMs <= LONGEST_MS;
}

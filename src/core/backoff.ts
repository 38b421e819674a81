/** From one second, doubling, to a minute: a provider that fails is called about 70 times in an hour at most. */
const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/** Jittered exponential backoff: after a failure, nothing is tried until {@link Backoff.untilMs}. */
export class Backoff {
  untilMs = 0;
  #failures = 0;

  fail(nowMs: number, random: number): void {
    const delay = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures++);
    this.untilMs = nowMs + delay * (0.5 + random / 2);
  }

  /** A wait longer than the longest means that the clock was set back: then it is over. */
  isActive(nowMs: number): boolean {
    return nowMs < this.untilMs && this.untilMs - nowMs <= LONGEST_MS;
  }

  /** The next attempt may come at once, but the count of failures stands. */
  cut(): void {
    this.untilMs = 0;
  }

  reset(): void {
    this.untilMs = 0;
    this.#failures = 0;
  }
}

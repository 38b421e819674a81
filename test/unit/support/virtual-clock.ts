/** Where every test's time begins: a whole second, so that `iat` and `exp` are exact. */
const EPOCH_MS = Date.UTC(2026, 0, 15, 12, 0, 0);

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/**
 * Time that passes only when a test says so. The world's time is true; the device's clock shows it plus an error
 * that a test may change in mid-session.
 */
export class VirtualClock {
  /** What the device's clock is ahead of the truth. */
  deviceErrorMs = 0;
  #elapsedMs = 0;
  readonly #timers = new Set<Timer>();

  trueNowMs(): number {
    return EPOCH_MS + this.#elapsedMs;
  }

  deviceNowMs(): number {
    return this.trueNowMs() + this.deviceErrorMs;
  }

  setTimer(callback: () => void, delayMs: number): () => void {
    const timer = { atMs: this.#elapsedMs + Math.max(0, delayMs), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.setTimer(resolve, delayMs));
  }

  /** Lets everything happen that needs no time: all microtasks have run when an immediate does. */
  settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets time pass; timers fire in their order, each with all that follows from it. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#elapsedMs + byMs;
    await this.settle();
    for (let next = this.#next(); next && next.atMs <= endMs; next = this.#next()) await this.#fire(next);
    this.#elapsedMs = endMs;
  }

  /** Lets time pass until the promise settles, and gives its outcome; throws where it takes longer than the bound. */
  async until<T>(promise: Promise<T>, withinMs = 60_000): Promise<T> {
    const endMs = this.#elapsedMs + withinMs;
    let isSettled = false;
    const mark = (): void => void (isSettled = true);
    promise.then(mark, mark);
    await this.settle();
    while (!isSettled) {
      const next = this.#next();
      if (!next || next.atMs > endMs) throw new Error(`still pending after ${withinMs} ms`);
      await this.#fire(next);
    }
    return promise;
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers.delete(timer);
    this.#elapsedMs = timer.atMs;
    timer.callback();
    await this.settle();
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (!first || timer.atMs < first.atMs) first = timer;
    return first;
  }
}

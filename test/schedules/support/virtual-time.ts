/** Time that passes only when nothing else is left to do. */
export class VirtualTime {
  nowMs = 1_800_000_000_000;
  #timers: { atMs: number; sequence: number; callback: () => void }[] = [];
  #sequence = 0;

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.nowMs + Math.max(0, delayMs), sequence: this.#sequence++, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Fires what is due within `spanMs`, in order, letting promises settle after each. */
  async pass(spanMs: number): Promise<void> {
    const endMs = this.nowMs + spanMs;
    await settle();
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.#timers = this.#timers.filter((other) => other !== next);
      next.callback();
      await settle();
    }
    this.nowMs = endMs;
  }

  #next(endMs: number): { atMs: number; sequence: number; callback: () => void } | undefined {
    let first: { atMs: number; sequence: number; callback: () => void } | undefined;
    for (const timer of this.#timers) {
      if (timer.atMs > endMs) continue;
      if (
        !first ||
        timer.atMs < first.atMs ||
        (timer.atMs === first.atMs && timer.sequence < first.sequence)
      ) {
        first = timer;
      }
    }
    return first;
  }
}

/** All promise jobs run before the next immediate. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import type { PageLife } from '../../../src/page-lane/page-life.js';

/** A page that leaves and comes back as the schedule says. */
export class SimulatedPageLife implements PageLife {
  #away = new AbortController();
  #comeBack = (): void => undefined;
  here = Promise.resolve();

  get leaving(): AbortSignal {
    return this.#away.signal;
  }

  leave(): void {
    if (this.#away.signal.aborted) return;
    this.here = new Promise((resolve) => (this.#comeBack = resolve));
    this.#away.abort();
  }

  enter(): void {
    if (!this.#away.signal.aborted) return;
    this.#away = new AbortController();
    this.#comeBack();
  }
}

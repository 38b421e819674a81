import type { AppServer, Exchange } from './app-server.js';

/** Says whether it has answered, or never will. */
type Fault = (exchange: Exchange) => boolean | Promise<boolean>;

/** The way between browser and server: cut, or slow in one place. */
export class FaultyNetwork {
  readonly #faults = new Set<Fault>();
  #awaited: { path: string; resolve: () => void }[] = [];

  constructor(app: AppServer) {
    app.intercept = async (exchange) => {
      this.#awaited = this.#awaited.filter(({ path, resolve }) => {
        if (path === exchange.seen.path) resolve();
        return path !== exchange.seen.path;
      });
      for (const fault of this.#faults) if (await fault(exchange)) return true;
      return false;
    };
  }

  /** The function returned takes the fault away. */
  add(fault: Fault): () => void {
    this.#faults.add(fault);
    return () => this.#faults.delete(fault);
  }

  /** No request of pages or worker comes through; the pages given hear `offline`, and `online` when it is over. */
  async cut(
    ...pages: readonly { setOnline(isOnline: boolean): Promise<void> }[]
  ): Promise<() => Promise<void>> {
    const mend = this.add(({ response }) => {
      response.destroy();
      return true;
    });
    for (const page of pages) await page.setOnline(false);
    return async () => {
      mend();
      for (const page of pages) await page.setOnline(true);
    };
  }

  /** Holds the `nth` request of a path from now on; `arrived` tells of it, `release` lets it be answered. */
  hold(path: string, nth = 1): { arrived: Promise<void>; release(): void } {
    let count = 0;
    let arrive!: () => void;
    let release!: () => void;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    this.add(async ({ seen }) => {
      if (seen.path === path && ++count === nth) {
        arrive();
        await released;
      }
      return false;
    });
    return { arrived, release };
  }

  /** Resolves when a request of the path arrives, whatever then becomes of it. */
  next(path: string): Promise<void> {
    return new Promise((resolve) => this.#awaited.push({ path, resolve }));
  }
}

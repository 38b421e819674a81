interface Waiter {
  readonly name: string;
  grant(): void;
}

/** The Web Locks API as far as it is used here, with a lock that foreign code can steal. Node 20 has none. */
export class FakeLockManager {
  readonly #held = new Map<string, (error: Error) => void>();
  #waiting: Waiter[] = [];

  request(name: string, { signal }: { signal: AbortSignal }, run: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiter = {
        name,
        grant: () => {
          this.#held.set(name, reject);
          const release = (): void => {
            if (this.#held.get(name) === reject) this.#held.delete(name);
            this.#waiting.find((each) => each.name === name && !this.#held.has(name))?.grant();
          };
          this.#waiting = this.#waiting.filter((each) => each !== waiter);
          run().then(resolve, reject).finally(release);
        },
      };
      signal.addEventListener('abort', () => {
        if (!this.#waiting.includes(waiter)) return;
        this.#waiting = this.#waiting.filter((each) => each !== waiter);
        reject(signal.reason as Error);
      });
      this.#waiting.push(waiter);
      if (!this.#held.has(name)) waiter.grant();
    });
  }

  /** What `{ steal: true }` of foreign code does: the holder's request rejects, its callback runs on. */
  steal(name: string): void {
    this.#held.get(name)?.(new DOMException('The lock was stolen.', 'AbortError'));
    this.#held.delete(name);
  }
}

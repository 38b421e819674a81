import type { Announcement } from '../../../src/core/ports.js';
import type { VirtualTime } from './virtual-time.js';

/** What the cores of one storage partition share: the store, the locks, the channel. All survive a killed core. */
export class Partition {
  record: unknown;
  readonly #time: VirtualTime;
  readonly #random: () => number;
  readonly #locks = new Map<string, { owner: object; grant: () => void }[]>();
  readonly #listeners = new Map<object, (message: Partial<Announcement>) => void>();

  constructor(time: VirtualTime, random: () => number) {
    this.#time = time;
    this.#random = random;
  }

  async read(): Promise<unknown> {
    await this.#time.sleep(this.#random() * 5);
    return structuredClone(this.record);
  }

  async update(isAlive: () => boolean, change: (record: unknown) => unknown): Promise<void> {
    await this.#time.sleep(this.#random() * 5);
    if (isAlive()) this.record = structuredClone(change(structuredClone(this.record)));
  }

  /** @param leave ends the wait early */
  withLock<T>(
    owner: object,
    name: string,
    timeoutMs: number,
    run: () => Promise<T>,
    leave?: AbortSignal,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const queue = this.#locks.get(name) ?? [];
      this.#locks.set(name, queue);
      const giveUp = (): void => {
        cancel();
        leave?.removeEventListener('abort', giveUp);
        this.#leave(name, request);
        reject(new Error('lock timeout'));
      };
      const cancel = this.#time.after(timeoutMs, giveUp);
      leave?.addEventListener('abort', giveUp);
      const request = {
        owner,
        grant: () => {
          cancel();
          leave?.removeEventListener('abort', giveUp);
          const done = (): void => this.#leave(name, request);
          run()
            .then(resolve, reject)
            .finally(done)
            .catch(() => undefined);
        },
      };
      queue.push(request);
      if (queue.length === 1) request.grant();
    });
  }

  announce(from: object, message: Announcement): void {
    for (const [owner, listener] of this.#listeners) {
      if (owner === from) continue;
      this.#time.after(this.#random() * 20, () => {
        if (this.#listeners.has(owner)) listener(structuredClone(message));
      });
    }
  }

  listen(owner: object, listener: (message: Partial<Announcement>) => void): void {
    this.#listeners.set(owner, listener);
  }

  /** A killed worker's and a closed page's locks are freed at once. */
  drop(owner: object): void {
    this.#listeners.delete(owner);
    for (const [name, queue] of this.#locks) {
      for (const request of queue.filter((each) => each.owner === owner)) this.#leave(name, request);
    }
  }

  #leave(name: string, request: { owner: object; grant: () => void }): void {
    const queue = this.#locks.get(name) ?? [];
    const wasFirst = queue[0] === request;
    this.#locks.set(
      name,
      queue.filter((other) => other !== request),
    );
    if (wasFirst) this.#locks.get(name)?.[0]?.grant();
  }
}

import { TokenInjectorError } from '../../../src/core/errors.js';
import type { VirtualClock } from './virtual-clock.js';

interface Request {
  readonly owner: object;
  grant(): void;
}

/** The Web Locks of a partition: first come, first served; those of a killed worker are freed. */
export class VirtualLocks {
  /** The names that were ever locked. */
  readonly names = new Set<string>();
  readonly #clock: VirtualClock;
  readonly #queues = new Map<string, Request[]>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async withLock<T>(owner: object, name: string, timeoutMs: number, run: () => Promise<T>): Promise<T> {
    this.names.add(name);
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    let grant!: () => void;
    const granted = new Promise<void>((resolve) => (grant = resolve));
    const request = { owner, grant };
    queue.push(request);
    if (queue[0] === request) grant();
    await new Promise<void>((resolve, reject) => {
      const cancel = this.#clock.setTimer(() => {
        this.#release(queue, request);
        reject(new TokenInjectorError('provider-timeout', 'another holds the lock'));
      }, timeoutMs);
      void granted.then(() => {
        cancel();
        resolve();
      });
    });
    try {
      return await run();
    } finally {
      this.#release(queue, request);
    }
  }

  releaseAllOf(owner: object): void {
    for (const queue of this.#queues.values()) {
      for (const request of queue.filter((each) => each.owner === owner)) this.#release(queue, request);
    }
  }

  isHeld(): boolean {
    return [...this.#queues.values()].some((queue) => queue.length > 0);
  }

  #release(queue: Request[], request: Request): void {
    const index = queue.indexOf(request);
    if (index < 0) return;
    queue.splice(index, 1);
    if (index === 0) queue[0]?.grant();
  }
}

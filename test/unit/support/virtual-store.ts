import type { VirtualClock } from './virtual-clock.js';

/** The one durable record of a partition, cloned on its way in and out as IndexedDB does. */
export class VirtualStore {
  record: unknown;
  /** How the store behaves; a transaction that was begun keeps the behaviour it began with. */
  behaviour: 'works' | 'throws' | 'hangs' = 'works';
  /** How long a write takes. */
  writeMs = 0;
  reads = 0;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async read(): Promise<unknown> {
    this.reads++;
    await this.#behave();
    return structuredClone(this.record);
  }

  async update(change: (record: unknown) => unknown): Promise<void> {
    await this.#behave();
    if (this.writeMs) await this.#clock.sleep(this.writeMs);
    this.record = structuredClone(change(structuredClone(this.record)));
  }

  /** Everything in it, as text to search. */
  text(): string {
    return JSON.stringify(this.record, (_key, value: unknown) =>
      value instanceof Map ? [...(value as Map<unknown, unknown>)] : value,
    );
  }

  #behave(): Promise<void> | undefined {
    if (this.behaviour === 'throws')
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    return this.behaviour === 'hangs' ? new Promise(() => undefined) : undefined;
  }
}

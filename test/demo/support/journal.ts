import type { JournalEntry } from '../../../demo/start.mjs';

const POLL_MS = 50;

export type Frame = Required<Pick<JournalEntry, 'frame' | 'tenant' | 'module'>>;

/** What the back end and the frames wrote down, asked for by what a test wants to know. */
export class Journal {
  readonly #entries: readonly JournalEntry[];

  constructor(entries: readonly JournalEntry[]) {
    this.#entries = entries;
  }

  since(atMs: number, wanted: Partial<JournalEntry>): JournalEntry[] {
    const terms = Object.entries(wanted) as [keyof JournalEntry, unknown][];
    return this.#entries.filter(
      (entry) => entry.at >= atMs && terms.every(([name, value]) => entry[name] === value),
    );
  }

  /** The frames that are open, in the order in which they were served. */
  frames(tenant?: string): Frame[] {
    const gone = new Set(this.since(0, { type: 'gone' }).map(({ frame }) => frame));
    const served = this.since(0, { type: 'frame', ...(tenant ? { tenant } : {}) }) as unknown as Frame[];
    return served.filter(({ frame }) => !gone.has(frame));
  }

  /** Waits until so many entries of this kind are there. */
  async until(
    atMs: number,
    wanted: Partial<JournalEntry>,
    { count = 1, withinMs = 15_000 } = {},
  ): Promise<JournalEntry[]> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const found = this.since(atMs, wanted);
      if (found.length >= count) return found;
      if (Date.now() > deadline) {
        throw new Error(
          `Waited ${withinMs} ms for ${count} × ${JSON.stringify(wanted)}, saw ${found.length}.`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Arrivals whose token is not that of the frame they came from. */
  mixedUp(): JournalEntry[] {
    const owners = new Map(this.since(0, { type: 'frame' }).map((entry) => [entry.frame, entry]));
    return this.since(0, { type: 'arrival' }).filter(({ frame, token }) => {
      const owner = owners.get(frame);
      return token !== undefined && !token.startsWith(`${owner?.tenant}/${owner?.module}/`);
    });
  }
}

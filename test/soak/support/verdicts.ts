import type { ProviderCall } from '../../browser/support/token-host.js';
import type { History } from './history.js';
import type { Drained, PageRequest } from './page-traffic.js';

/** Awake seconds after which a request is taken to never settle. */
const SETTLE_SECONDS = 60;

export interface PageOutcome extends PageRequest {
  readonly page: string;
}

/** What the soak counts, and what it found wrong. */
export class Verdicts {
  readonly violations: string[] = [];
  readonly outcomes: PageOutcome[] = [];
  /** Pages that have attached tokens themselves for a while at least. */
  readonly ownLanes = new Set<string>();
  readonly #tallies = new Map<string, number>();
  readonly #unsettled = new Set<string>();
  readonly #history: History;

  readonly #calls: readonly ProviderCall[];

  constructor(history: History, calls: readonly ProviderCall[]) {
    this.#history = history;
    this.#calls = calls;
  }

  /** @param atMs the story told is of what went before this moment */
  violate(what: string, who: string, detail: string, atMs = Date.now()): void {
    this.count(`violation: ${what}`);
    const at = this.#history.seconds(atMs);
    this.violations.push(`${what}: ${who} at ${at} s: ${detail}\n${this.#history.story(atMs, this.#calls)}`);
  }

  count(what: string, by = 1): void {
    this.#tallies.set(what, this.tally(what) + by);
  }

  tally(what: string): number {
    return this.#tallies.get(what) ?? 0;
  }

  /** The lines of the table whose names begin like that. */
  tallies(prefix: string): [string, number][] {
    return [...this.#tallies].filter(([what]) => what.startsWith(prefix)).sort();
  }

  take({ page, isOwnLane, done, pending }: Drained): void {
    if (isOwnLane) this.ownLanes.add(page);
    this.outcomes.push(...done.map((request) => ({ ...request, page })));
    for (const { number, kind, awakeSeconds } of pending) {
      const name = `${page} ${kind} ${number}`;
      if (awakeSeconds <= SETTLE_SECONDS || this.#unsettled.has(name)) continue;
      this.#unsettled.add(name);
      this.violate('a request never settled', name, `under way for ${awakeSeconds} s`);
    }
  }
}

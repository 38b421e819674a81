import type { SeenRequest } from '../../browser/support/seen-requests.js';
import type { World } from '../../browser/support/world.js';
import type { History } from './history.js';
import { judgeConsoles } from './judge-consoles.js';
import { judgeCalls, withUsers } from './judge-provider-calls.js';
import { judgeRefusal, reasonFor } from './judge-refusals.js';
import { judgeRequest } from './judge-requests.js';
import type { PageOutcome, Verdicts } from './verdicts.js';

/** What is younger may still be explained by something that has not been noted yet. */
const RIPE_MS = 3000;

/** Goes through what has come in, once, and tells how it stands. */
export class Judge {
  readonly #world: World;
  readonly #history: History;
  readonly #verdicts: Verdicts;
  readonly #seen = new Map<string, SeenRequest[]>();
  #requestsJudged = 0;
  #judgedToMs = 0;

  constructor(world: World, history: History, verdicts: Verdicts) {
    this.#world = world;
    this.#history = history;
    this.#verdicts = verdicts;
  }

  /** All that is left, at the end. */
  judgeAll(): void {
    this.#judge(Infinity);
    judgeConsoles(this.#world, this.#verdicts);
  }

  /** A line of progress. */
  tell(): void {
    this.#judge(Date.now() - RIPE_MS);
    const seconds = Math.round((Date.now() - this.#history.startedAtMs) / 1000);
    const deeds = this.#verdicts.tallies('did: ').reduce((sum, [, count]) => sum + count, 0);
    const words = [
      `${String(seconds).padStart(5)} s`,
      `${this.#sent()} requests`,
      `${this.#refused()} 401s seen by pages`,
      `${this.#world.app.tokenHost.calls.length} provider calls`,
      `${deeds} faults and actions`,
      `${this.#verdicts.violations.length} violations`,
    ];
    process.stdout.write(`${words.join(', ')}\n`);
  }

  table(): string {
    const rows: (readonly [string, number])[] = [
      ['requests sent', this.#sent()],
      ...this.#verdicts.tallies('sent, '),
      ['requests ended in their pages', this.#verdicts.tally('ended')],
      ['of these with no excuse for a 401', this.#verdicts.tally('no excuse')],
      ['401s seen by pages', this.#refused()],
      ...this.#verdicts.tallies('401 seen: '),
      ...this.#verdicts.tallies('no answer: '),
      ['provider calls', this.#world.app.tokenHost.calls.length],
      ...this.#verdicts.tallies('provider calls '),
      ...this.#verdicts.tallies('tokens sent by a lane'),
      ...this.#verdicts.tallies('console lines'),
      ...this.#verdicts.tallies('did: '),
      ...this.#verdicts.tallies('failed: '),
      ['violations', this.#verdicts.violations.length],
      ...this.#verdicts.tallies('violation: '),
    ];
    return rows.map(([what, count]) => `${String(count).padStart(7)}  ${what}`).join('\n');
  }

  #judge(toMs: number): void {
    const { seen, tokenHost } = this.#world.app;
    for (; this.#requestsJudged < seen.all.length; this.#requestsJudged++) {
      const request = seen.all[this.#requestsJudged]!;
      if (request.arrivedAtMs > toMs) break;
      judgeRequest(request, this.#history, this.#verdicts);
      const { searchParams } = new URL(request.url, 'http://app');
      const key = `${searchParams.get('page')} ${searchParams.get('number')}`;
      this.#seen.set(key, [...(this.#seen.get(key) ?? []), request]);
    }
    const ripe = tokenHost.calls.filter(({ startedAtMs }) => startedAtMs <= toMs);
    const calls = withUsers(ripe, this.#history);
    judgeCalls(calls, this.#judgedToMs, this.#history, this.#verdicts);
    this.#judgedToMs = Math.min(toMs, Date.now());
    const outcomes = this.#verdicts.outcomes.splice(0);
    for (const outcome of outcomes) {
      if (outcome.endedAtMs > toMs) {
        this.#verdicts.outcomes.push(outcome);
        continue;
      }
      this.#verdicts.count('ended');
      if (!reasonFor(outcome, calls, this.#history)) this.#verdicts.count('no excuse');
      const status = this.#statusOf(outcome);
      const seen = this.#seenOf(outcome);
      if (status === 401) judgeRefusal(outcome, seen, calls, this.#history, this.#verdicts);
      if (status === 0) this.#judgeSilence(outcome);
    }
  }

  /** A page cannot read the status of a picture. */
  #statusOf(outcome: PageOutcome): number {
    const { kind, status } = outcome;
    if (kind !== 'image' || status !== 0) return status;
    return this.#seenOf(outcome).at(-1)?.status === 401 ? 401 : 0;
  }

  #seenOf({ page, number }: PageOutcome): readonly SeenRequest[] {
    return this.#seen.get(`${page} ${number}`) ?? [];
  }

  #judgeSilence({ page, kind, number, startedAtMs, endedAtMs }: PageOutcome): void {
    const deeds = ['offline', 'workers stop', 'site data cleared', 'leaves', 'frozen', 'put away'] as const;
    const tab = page.split('~')[0]!;
    const [reason] = this.#history.find(deeds, [page, tab], startedAtMs, endedAtMs);
    this.#verdicts.count(`no answer: ${reason?.deed ?? 'no reason'}`);
    if (reason) return;
    this.#verdicts.violate(
      'no answer',
      `${page} ${kind} ${number}`,
      `${endedAtMs - startedAtMs} ms`,
      endedAtMs,
    );
  }

  #sent(): number {
    return this.#world.app.seen.all.filter(({ url }) => url.includes('?page=')).length;
  }

  #refused(): number {
    return this.#verdicts.tallies('401 seen: ').reduce((sum, [, count]) => sum + count, 0);
  }
}

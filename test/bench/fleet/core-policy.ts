import { fail } from '../../../src/core/backoff.js';
import { backsOff, createSlot, lastResort, standingOf, take, type Slot } from '../../../src/core/slot.js';
import { namedIdentity } from '../../../src/core/identity.js';
import type { AccessToken } from '../../../src/core/token.js';
import { nextAfter, type UserDay } from './habits.js';
import { isDown, RETRIES_SECONDS, Tally, type Outage, type Policy } from './policy.js';
import type { Random } from './random.js';

/** A refresh that fails is tried with so many pages of the user at most, one call each (`MAX_PROVIDER_CALLS`). */
const MOST_CALLS = 2;

const USER = namedIdentity('user');

export interface CoreTerms {
  readonly lifetimeSeconds: number;
  readonly minValiditySeconds: number;
  readonly refreshWindow: number;
  /** False: each action that needs a token calls, whatever failed a moment ago. @default true */
  readonly backsOff?: boolean;
  /**
   * What the core does not do: each token has a window of its own, by chance this fraction narrower or wider, so
   * that tokens of one moment are not replaced at one moment.
   *
   * @default 0
   */
  readonly windowJitter?: number;
  /** Pages that the user has open. They share the token. */
  readonly tabs: number;
  readonly outage?: Outage | undefined;
}

/**
 * The core's own rules, call by call, without its promises: when a token is replaced, and when not yet, is decided by
 * its functions. It calls an endpoint that answers at once, so those who ask while it answers need no place here.
 * (That the real core calls at the same moments is a unit test.)
 */
export class CorePolicy implements Policy {
  readonly tally = new Tally();
  readonly #slot: Slot = createSlot(USER);
  #window = 0;
  #order = 0;

  constructor(
    readonly name: string,
    readonly terms: CoreTerms,
    /** What `Platform.random` is to the core. */
    readonly random: Pick<Random, 'next'>,
  ) {}

  live(day: UserDay): void {
    const { times, count } = day;
    this.#forget();
    const surely = this.#surelyFreshSeconds();
    let freshUntil = -Infinity;
    for (let index = 0; index < count; index++) {
      const now = times[index]!;
      // Most of all actions end here; the core would say the same, and take ten times as long.
      if (now < freshUntil) continue;
      if (!this.#act(now) && !this.#retry(now, nextAfter(day, index))) this.tally.failed++;
      freshUntil = this.#slot.token ? this.#slot.token.issuedAt + surely : -Infinity;
    }
  }

  /** The decisions of `acquire`, in its order. Says whether there was a valid token in the end. */
  #act(now: number, isAgain = false): boolean {
    const slot = this.#slot;
    const standing = standingOf(slot, now, this.terms.minValiditySeconds, this.#window);
    if (standing === 'fresh') return true;
    if (!backsOff(slot, now * 1000)) {
      if (standing !== 'expiring' && !isAgain) this.tally.waited++;
      this.#refresh(now);
    }
    return lastResort(slot, now) !== undefined;
  }

  /** The requests of an action are tried again, until the next action comes. */
  #retry(from: number, until: number): boolean {
    let now = from;
    for (const delay of RETRIES_SECONDS) {
      now += delay;
      if (now >= until) return false;
      if (this.#act(now, true)) return true;
    }
    return false;
  }

  /** The outcomes of `refresh`. */
  #refresh(now: number): void {
    const { lifetimeSeconds, minValiditySeconds, tabs, outage } = this.terms;
    const slot = this.#slot;
    if (isDown(outage, now)) {
      this.tally.call(now, Math.min(tabs, MOST_CALLS));
      slot.hasFailed = true;
      if (this.terms.backsOff ?? true) fail(slot.backoff, now * 1000, this.random.next());
      return;
    }
    this.tally.call(now);
    // `iat` and `exp` are whole seconds.
    const issuedAt = Math.floor(now);
    take(slot, this.#token(issuedAt, issuedAt + lifetimeSeconds, now), now);
    this.#window = this.#nextWindow();
    if (standingOf(slot, now, minValiditySeconds, this.#window) === 'fresh') slot.backoff.failures = 0;
  }

  #nextWindow(): number {
    const { refreshWindow, windowJitter = 0 } = this.terms;
    return windowJitter ? refreshWindow * (1 + windowJitter * (2 * this.random.next() - 1)) : refreshWindow;
  }

  #token(issuedAt: number, expiresAt: number, receivedAt: number): AccessToken {
    const order = ++this.#order;
    // It need only be another than the one before.
    return { value: order % 2 ? 'odd' : 'even', issuedAt, expiresAt, receivedAt, order };
  }

  #forget(): void {
    const slot = this.#slot;
    slot.token = undefined;
    slot.hasFailed = false;
    slot.backoff.untilMs = slot.backoff.failures = 0;
    this.#window = this.terms.refreshWindow;
  }

  #surely: number | undefined;

  /** How long after its issue a token is fresh in any case, by asking the core second by second. */
  #surelyFreshSeconds(): number {
    if (this.#surely !== undefined) return this.#surely;
    const { lifetimeSeconds, minValiditySeconds, refreshWindow, windowJitter = 0 } = this.terms;
    const widest = refreshWindow * (1 + windowJitter);
    const slot = createSlot(USER);
    slot.token = this.#token(1, 1 + lifetimeSeconds, 1);
    let age = 0;
    while (age <= lifetimeSeconds && standingOf(slot, 1 + age, minValiditySeconds, widest) === 'fresh') age++;
    return (this.#surely = Math.max(0, age - 1));
  }
}

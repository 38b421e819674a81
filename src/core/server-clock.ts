import { withDeadline } from './deadline.js';
import type { Platform } from './ports.js';

/** Beyond this a claim says more about a broken issuer (milliseconds for seconds) than about our clock. */
const MAX_SKEW_MS = 48 * 3600_000;

/** `Date` has whole seconds, and an answer takes a while: less than this is noise. */
const NOISE_MS = 2000;

/** A provider with a cache of its own (Connect's keeps a token for 30 s) gives old tokens again and again. */
const CHECK_EVERY_MS = 60_000;
const CHECK_DEADLINE_MS = 2000;

/**
 * The server's clock, as far as we can know it. Two kinds of evidence: a `Date` header says what the time is; an
 * `iat` says only that it is no earlier, since a provider may hand out a token that it got a while ago.
 */
export class ServerClock {
  /** What to add to our clock to get the server's. */
  skewMs = 0;
  readonly #platform: Platform;
  #checkedAtMs = -Infinity;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  nowSeconds(): number {
    return (this.#platform.clock.now() + this.skewMs) / 1000;
  }

  /** Asks the server what time it is: for a token that is old at receipt, or is it our clock? */
  async check(): Promise<void> {
    const { clock } = this.#platform;
    if (Math.abs(clock.now() - this.#checkedAtMs) < CHECK_EVERY_MS) return;
    this.#checkedAtMs = clock.now();
    const dateMs = this.#platform.serverTimeMs().catch(() => undefined);
    this.learnDate(await withDeadline(clock, CHECK_DEADLINE_MS, dateMs, () => undefined));
  }

  learnIssuedAt(issuedAtSeconds: number | undefined): void {
    if (issuedAtSeconds === undefined) return;
    const ahead = issuedAtSeconds * 1000 - this.#platform.clock.now();
    if (ahead > this.skewMs + NOISE_MS) this.#set(ahead);
  }

  learnDate(dateMs: number | undefined): void {
    if (dateMs === undefined || Number.isNaN(dateMs)) return;
    const skew = dateMs - this.#platform.clock.now();
    if (Math.abs(skew - this.skewMs) > NOISE_MS) this.#set(skew);
  }

  #set(skewMs: number): void {
    if (Math.abs(skewMs) <= MAX_SKEW_MS) this.skewMs = Math.abs(skewMs) <= NOISE_MS ? 0 : skewMs;
  }
}

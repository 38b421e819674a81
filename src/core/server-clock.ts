import { withDeadline } from './deadline.js';
import type { Platform } from './ports.js';

/** Beyond this a claim says more about a broken issuer (milliseconds for seconds) than about our clock. */
export const MAX_SKEW_MS = 48 * 3600_000;

/** `Date` has whole seconds, and an answer takes a while: less than this is noise. */
const NOISE_MS = 2000;

/** A provider with a cache of its own (Connect's keeps a token for 30 s) gives old tokens again and again. */
const CHECK_EVERY_MS = 60_000;
const CHECK_DEADLINE_MS = 2000;

/** Quartz drifts by seconds in a day; within an hour only somebody who sets the clock makes a `Date` untrue. */
const DATE_HOLDS_MS = 3600_000;

/** The server's clock, as far as we can know it. */
export interface ServerClock {
  /** What to add to our clock to get the server's. */
  skewMs: number;
  nowSeconds(): number;
  /** A `Date` header of the server says what the time is; NaN says nothing, nor does a time days from ours. */
  learnDate(dateMs: number): void;
  /**
   * An `iat` says that the time is no earlier, and only where no `Date` is known: a provider may hand out a token
   * that it got a while ago, and an issuer's clock may be ahead of the server's.
   */
  learnIssuedAt(issuedAtSeconds: number): void;
  /** Asks the server: for a token that is old at receipt, or is it our clock? */
  check(): Promise<void>;
}

export function createServerClock(platform: Platform): ServerClock {
  let checkedAtMs = -Infinity;
  let checked = Promise.resolve();
  let dateAtMs = -Infinity;
  const isWithin = (sinceMs: number, spanMs: number): boolean => Math.abs(platform.now() - sinceMs) < spanMs;
  const set = (skewMs: number): void => {
    if (Math.abs(skewMs) < MAX_SKEW_MS) clock.skewMs = Math.abs(skewMs) > NOISE_MS ? skewMs : 0;
  };
  const clock: ServerClock = {
    skewMs: 0,
    nowSeconds: () => (platform.now() + clock.skewMs) / 1000,
    learnDate(dateMs) {
      const skewMs = dateMs - platform.now();
      if (!(Math.abs(skewMs) < MAX_SKEW_MS)) return;
      dateAtMs = platform.now();
      if (Math.abs(skewMs - clock.skewMs) > NOISE_MS) set(skewMs);
    },
    learnIssuedAt(issuedAtSeconds) {
      const skewMs = issuedAtSeconds * 1000 - platform.now();
      if (skewMs > clock.skewMs + NOISE_MS && !isWithin(dateAtMs, DATE_HOLDS_MS)) set(skewMs);
    },
    check() {
      if (!isWithin(checkedAtMs, CHECK_EVERY_MS)) {
        checkedAtMs = platform.now();
        const asked = withDeadline(platform, CHECK_DEADLINE_MS, platform.serverTimeMs(), NaN);
        checked = asked.then((dateMs) => clock.learnDate(dateMs));
      }
      return checked;
    },
  };
  return clock;
}

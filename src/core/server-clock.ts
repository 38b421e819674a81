import { withDeadline } from './deadline.js';
import type { Platform } from './ports.js';

/** Beyond this a claim says more about a broken issuer (milliseconds for seconds) than about our clock. */
const MAX_SKEW_MS = 48 * 3600_000;

/** `Date` has whole seconds, and an answer takes a while: less than this is noise. */
const NOISE_MS = 2000;

/** A provider with a cache of its own (Connect's keeps a token for 30 s) gives old tokens again and again. */
const CHECK_EVERY_MS = 60_000;
const CHECK_DEADLINE_MS = 2000;

/** The server's clock, as far as we can know it. */
export interface ServerClock {
  /** What to add to our clock to get the server's. */
  skewMs: number;
  nowSeconds(): number;
  /**
   * Takes in evidence. A `Date` header says what the time is; an `iat` says only that it is no earlier, since a
   * provider may hand out a token that it got a while ago. NaN says nothing.
   */
  learn(serverMs: number, noEarlier?: boolean): void;
  /** Asks the server: for a token that is old at receipt, or is it our clock? */
  check(): Promise<void>;
}

export function createServerClock(platform: Platform): ServerClock {
  let checkedAtMs = -Infinity;
  const clock: ServerClock = {
    skewMs: 0,
    nowSeconds: () => (platform.now() + clock.skewMs) / 1000,
    learn(serverMs, noEarlier) {
      const skewMs = serverMs - platform.now();
      const change = skewMs - clock.skewMs;
      if (Math.abs(skewMs) < MAX_SKEW_MS && (noEarlier ? change : Math.abs(change)) > NOISE_MS) {
        clock.skewMs = Math.abs(skewMs) > NOISE_MS ? skewMs : 0;
      }
    },
    async check() {
      if (Math.abs(platform.now() - checkedAtMs) < CHECK_EVERY_MS) return;
      checkedAtMs = platform.now();
      clock.learn(await withDeadline(platform, CHECK_DEADLINE_MS, platform.serverTimeMs(), NaN));
    },
  };
  return clock;
}

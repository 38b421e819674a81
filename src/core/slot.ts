import { Backoff } from './backoff.js';
import { freshness, type Freshness } from './freshness.js';
import type { Identity } from './identity.js';
import type { RefreshOutcome } from './refresh.js';
import { isExpired, isNewer, type AccessToken } from './token.js';

export type Standing = Freshness | 'none' | 'refused';

export interface Counters {
  /** Requests that came for this identity. */
  requests: number;
  /** Of those, the ones that waited for a refresh. */
  waited: number;
  /** Of those, the ones sent again after a refused token. */
  retried: number;
  /** Refreshes that brought a token. */
  refreshes: number;
  /** Calls of a provider. */
  providerCalls: number;
}

export interface PendingRefresh {
  readonly outcome: Promise<RefreshOutcome>;
  cancel(): void;
}

/** All that is known of one identity's token. */
export class Slot {
  token: AccessToken | undefined;
  /** Raised by logout; what was begun under an older generation is dropped. */
  generation: number;
  /** Logged out: no provider is called until a page registers again. */
  closed = false;
  /** The token that the server refused last, while it is still the current one. */
  refused: string | undefined;
  /** The one refresh under way; whoever needs a token waits for it. */
  refresh: PendingRefresh | undefined;
  /** After refreshes that failed, or brought nothing better. */
  readonly failures = new Backoff();
  /** After new tokens that were refused too: then it is not the token's fault. */
  readonly refusals = new Backoff();
  /** The last new token that was refused at its first use. */
  doubted: string | undefined;
  /** `reauthRequired` was said, and nothing has come since. */
  sessionLost = false;
  readonly counters: Counters = { requests: 0, waited: 0, retried: 0, refreshes: 0, providerCalls: 0 };

  constructor(
    readonly identity: Identity,
    generation: number,
  ) {
    this.generation = generation;
  }

  /** How its token stands; a refused one is as good as none. */
  standing(nowSeconds: number, minValiditySeconds: number, refreshWindow: number): Standing {
    if (!this.token || this.closed) return 'none';
    if (this.refused === this.token.value) return 'refused';
    return freshness(this.token, nowSeconds, minValiditySeconds, refreshWindow);
  }

  /** Makes it the current token; an older one that arrives after a newer is ignored, and so is the same again. */
  take(token: AccessToken): boolean {
    if (this.closed || token.value === this.token?.value || !isNewer(token, this.token)) return false;
    this.token = token;
    this.sessionLost = false;
    this.failures.reset();
    return true;
  }

  /**
   * The token, if it may still be sent while there is no better one. A refused token may: if it was refused for
   * one path's own reasons the others go on, and if it was refused for good a request without it fares no better. Not
   * once the session is lost: then the server and the provider are of one mind.
   */
  lastResort(nowSeconds: number): AccessToken | undefined {
    const { token } = this;
    if (!token || this.closed || isExpired(token, nowSeconds)) return undefined;
    return this.sessionLost && this.refused === token.value ? undefined : token;
  }
}

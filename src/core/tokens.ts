import type { Core } from './core.js';
import { TokenInjectorError } from './errors.js';
import type { RefreshReason } from './protocol.js';
import { loggedOut } from './refresh.js';
import { Refresher } from './refresher.js';
import type { Slot, Standing } from './slot.js';
import { isExpired, readToken, type AccessToken } from './token.js';
import { Whose } from './whose.js';

/** A client changes its identity once in a request, or twice where it was unknown; more is a lying provider. */
const MAX_MOVES = 3;

export interface TokenNeed {
  readonly minValiditySeconds?: number | undefined;
  /** A new token, whatever is left of the one there is. */
  readonly force?: boolean;
  /** False for what is sent at unload: then only a token at hand will do. */
  readonly mayWait?: boolean;
}

/** A token for one request, and what is needed to settle a refusal. */
export interface Grant {
  readonly slot: Slot;
  readonly token: AccessToken;
  readonly generation: number;
}

/** Finds the token for a request: at once where it is fresh, after one shared refresh where it is not. */
export class Tokens {
  readonly refresher: Refresher;
  readonly #core: Core;
  readonly #whose: Whose;

  constructor(core: Core) {
    this.#core = core;
    this.refresher = new Refresher(core);
    this.#whose = new Whose(core, this.refresher);
  }

  /** The grant for a request that need not wait, found without awaiting anything: the hot path. */
  atHand(clientId: string, minValiditySeconds: number): Grant | undefined {
    const { registry } = this.#core;
    const slot = registry.loaded ? registry.slotOf(clientId) : undefined;
    return slot && this.#standing(slot, minValiditySeconds) === 'fresh' ? grant(slot) : undefined;
  }

  /**
   * @returns undefined for a client whose identity cannot be known
   * @throws {TokenInjectorError} where no token is to be had
   */
  async acquire(clientId: string, need: TokenNeed): Promise<Grant | undefined> {
    const { registry, options, serverClock } = this.#core;
    await registry.ready;
    const { minValiditySeconds = options.minValiditySeconds, mayWait = true } = need;
    let force = need.force === true;
    for (let move = 0; move <= MAX_MOVES; move++) {
      const slot = await this.#whose.slotOf(clientId, mayWait);
      if (!slot) return undefined;
      if (slot.closed && force) registry.reopen(slot);
      if (slot.closed) throw loggedOut();
      const standing = this.#standing(slot, minValiditySeconds);
      if (standing === 'fresh' && !force) return grant(slot);

      const request = {
        reason: force ? 'forced' : REASONS[standing],
        requester: clientId,
        minValiditySeconds,
      };
      const usable = slot.lastResort(serverClock.nowSeconds()) !== undefined;
      if (standing === 'expiring' && usable && mayWait && !force) {
        this.refresher.inBackground(slot, request);
        return grant(slot);
      }
      if (!mayWait || (!force && !slot.refresh && this.refresher.isBackingOff(slot))) {
        if (usable) return grant(slot);
        throw unavailable(slot);
      }
      slot.counters.waited++;
      const outcome = await this.refresher.refresh(slot, request).catch((error: TokenInjectorError) => error);
      const current = registry.slotOf(clientId) ?? slot;
      if (outcome === 'moved' || current !== slot) {
        // A forced refresh that brought another identity's token has done its work.
        force &&= current === slot;
        continue;
      }
      if (outcome instanceof TokenInjectorError && (force || outcome.code === 'logged-out')) throw outcome;
      if (slot.lastResort(serverClock.nowSeconds())) return grant(slot);
      throw outcome instanceof TokenInjectorError ? outcome : unavailable(slot);
    }
    throw new TokenInjectorError(
      'invalid-token',
      'getToken gave a token of another identity at each call. A page must stay with one user while a request waits.',
    );
  }

  /** A token from a response to a request of this slot (`tokenResponseHeader`). */
  async offer({ slot, generation }: Grant, value: string): Promise<void> {
    const { registry, serverClock, announcer } = this.#core;
    if (value === slot.token?.value || slot.generation !== generation) return;
    try {
      const { token } = readToken({ token: value }, serverClock.nowSeconds(), registry.tick());
      serverClock.learnIssuedAt(token.issuedAt);
      if (isExpired(token, serverClock.nowSeconds()) || !slot.take(token)) return;
    } catch {
      // A header that holds no token is the server's affair.
      return;
    }
    await registry.sync();
    if (slot.generation === generation)
      announcer.tokenRefreshed(slot.identity, slot.token?.expiresAt, 'expiring');
  }

  #standing(slot: Slot, minValiditySeconds: number): Standing {
    const { serverClock, options } = this.#core;
    return slot.standing(serverClock.nowSeconds(), minValiditySeconds, options.refreshWindow);
  }
}

const REASONS: Record<Standing, RefreshReason> = {
  none: 'initial',
  fresh: 'forced',
  expiring: 'expiring',
  stale: 'expiring',
  expired: 'expired',
  refused: 'rejected',
};

function grant(slot: Slot): Grant {
  return { slot, token: slot.token!, generation: slot.generation };
}

function unavailable(slot: Slot): TokenInjectorError {
  return slot.sessionLost
    ? new TokenInjectorError(
        'reauth-required',
        'getToken gives no token any more: the user has to log in again.',
      )
    : new TokenInjectorError('provider-rejected', 'There is no token at hand; getToken failed a moment ago.');
}

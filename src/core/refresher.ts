import type { Core } from './core.js';
import { TokenInjectorError } from './errors.js';
import { Refresh, type RefreshOutcome, type RefreshRequest } from './refresh.js';
import type { Slot } from './slot.js';

/** Starts refreshes, one at a time for a slot, and keeps the books of what came of them. */
export class Refresher {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Starts a refresh of the slot, or joins the one under way. Rejects with a typed error. */
  refresh(slot: Slot, request: RefreshRequest): Promise<RefreshOutcome> {
    if (slot.refresh) return slot.refresh.outcome;
    const refresh = new Refresh(this.#core, slot, request);
    const outcome = refresh.outcome
      .finally(() => {
        if (slot.refresh === pending) slot.refresh = undefined;
      })
      .then(
        (result) => this.#succeeded(slot, request, result),
        (error: unknown) => this.#failed(slot, error),
      );
    const pending = { outcome, cancel: () => refresh.cancel() };
    slot.refresh = pending;
    return outcome;
  }

  inBackground(slot: Slot, request: RefreshRequest): void {
    if (slot.refresh || slot.closed || this.isBackingOff(slot)) return;
    this.refresh(slot, request).catch(() => undefined);
  }

  isBackingOff(slot: Slot): boolean {
    return slot.failures.isActive(this.#core.platform.clock.now());
  }

  /** A token that is no better than the one before must not be asked for at each request. */
  #succeeded(slot: Slot, { minValiditySeconds }: RefreshRequest, outcome: RefreshOutcome): RefreshOutcome {
    const { platform, serverClock, options } = this.#core;
    if (outcome === 'moved') return outcome;
    const standing = slot.standing(serverClock.nowSeconds(), minValiditySeconds, options.refreshWindow);
    if (standing === 'fresh') slot.failures.reset();
    else slot.failures.fail(platform.clock.now(), platform.random());
    return outcome;
  }

  #failed(slot: Slot, error: unknown): never {
    const { platform, announcer } = this.#core;
    const failure =
      error instanceof TokenInjectorError
        ? error
        : new TokenInjectorError('provider-rejected', 'The token could not be refreshed.', { cause: error });
    if (failure.code === 'logged-out') throw failure;
    const { code } = failure;
    slot.failures.fail(platform.clock.now(), platform.random());
    announcer.announce(slot.identity, 'refreshError', { code, willRetryAt: slot.failures.untilMs / 1000 });
    if (!slot.sessionLost && this.#isLost(slot, failure)) {
      slot.sessionLost = true;
      announcer.announce(slot.identity, 'reauthRequired', { code });
    }
    throw failure;
  }

  /** No token is left to live on; or the server has refused it and the provider refuses another. */
  #isLost(slot: Slot, { code }: TokenInjectorError): boolean {
    const token = slot.lastResort(this.#core.serverClock.nowSeconds());
    if (!token) return true;
    if (slot.refused !== token.value || code === 'invalid-token') return false;
    return code === 'provider-rejected' || token.expiresAt === undefined;
  }
}

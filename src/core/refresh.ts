import { accept } from './accept.js';
import { askClient, type Refusal } from './ask.js';
import { fail } from './backoff.js';
import type { Core } from './core.js';
import { withDeadline } from './deadline.js';
import { TokenInjectorError, type ErrorCode } from './errors.js';
import { privateIdentity, publicIdentity } from './identity.js';
import type { RefreshReason } from './protocol.js';
import {
  lastResort,
  refreshedDetail,
  standingOf,
  toTell,
  type RefreshOutcome,
  type Slot,
  type Standing,
} from './slot.js';

/** A hanging provider must not hide a working one; a third call would only repeat what two have shown. */
const MAX_PROVIDER_CALLS = 2;

/** Of a whole refresh, in calls of the provider: the wait for the lock, two calls, clients that do not answer. */
const DEADLINE_IN_TIMEOUTS = 3;

/**
 * The one refresh of a slot, shared by all who wait for it: lock, second look at the store, ask clients in turn,
 * accept, write, unlock. A call joins the refresh under way, or starts it. Settles within
 * `3 × getTokenTimeoutSeconds` from the lock, and waits as long for that; rejects with a typed error.
 *
 * @param requester the client whose request it is; it is asked first
 */
export function refresh(
  core: Core,
  slot: Slot,
  reason: RefreshReason,
  requester: string,
  minValiditySeconds: number,
): Promise<RefreshOutcome> {
  if (slot.refresh) return slot.refresh.outcome;
  const { platform, registry, clock, options } = core;
  const { generation, token: before } = slot;
  const limitMs = DEADLINE_IN_TIMEOUTS * options.getTokenTimeoutSeconds * 1000;
  let calls = 0;
  /** Its outcome is known: a page that was frozen meanwhile, and whose clock was set back, must not ask any more. */
  let isOver = false;
  let cancel!: (error: Error) => void;
  const cancelled = new Promise<never>((_resolve, reject) => (cancel = reject));
  cancelled.catch(() => undefined);

  const assertCurrent = (): void => {
    if (slot.generation !== generation || slot.closed) throw new TokenInjectorError('logged-out', '');
  };
  const standing = (): Standing =>
    standingOf(slot, clock.nowSeconds(), minValiditySeconds, options.refreshWindow);
  const isOfSlot = (clientId: string): boolean =>
    (registry.clients.get(clientId)?.identity ?? privateIdentity(clientId)) === slot.identity;
  const registrationOf = (clientId: string): number => registry.clients.get(clientId)?.registeredAt ?? 0;

  /** Asks one client, and takes what it answers. */
  const askAndAccept = async (
    clientId: string,
    registration: number,
    timeoutMs: number,
  ): Promise<RefreshOutcome> => {
    const askedAt = registry.tick();
    const question = {
      type: 'ask' as const,
      reason,
      minValiditySeconds,
      timeoutMs,
      previousToken: slot.token?.value,
    };
    const answer = await askClient(core, clientId, question, cancelled, () => {
      calls++;
      slot.counters.providerCalls++;
    });
    return accept(core, slot, reason, clientId, answer, askedAt, () => {
      assertCurrent();
      if (registrationOf(clientId) !== registration) throw new TokenInjectorError('no-client', '');
    });
  };

  /** It is logged out, and nobody here could tell it that its user has logged in elsewhere: now, or when it is so. */
  const tellOfLogin = (clientId: string, { identity }: Partial<Refusal>): boolean => {
    if (!identity || slot.identity !== privateIdentity(clientId)) return false;
    slot.formerly = identity;
    const former = [...registry.slots.values()].find(
      (each) => each.token && publicIdentity(each.identity) === identity,
    );
    slot.told = former ? toTell(former) : true;
    if (!former) return false;
    platform.clients.notify(clientId, 'tokenRefreshed', refreshedDetail(former, reason));
    return true;
  };

  const run = async (): Promise<RefreshOutcome> => {
    const deadlineMs = platform.now() + limitMs;
    await registry.pull();
    assertCurrent();
    // Someone else refreshed while we waited for the lock.
    if (slot.token?.value !== before?.value && /fresh|expiring|stale/.test(standing())) return 'taken';
    let failure: unknown = new TokenInjectorError('no-client', '');
    // The client whose request it is, then the others, visible ones first.
    const others = await platform.clients.list();
    for (const clientId of new Set([requester, ...others.map(({ id }) => id)])) {
      let mayAsk = true;
      while (mayAsk && isOfSlot(clientId)) {
        const leftMs = deadlineMs - platform.now();
        if (isOver || calls === MAX_PROVIDER_CALLS || leftMs <= 0) throw failure;
        const registration = registrationOf(clientId);
        try {
          return await askAndAccept(clientId, registration, Math.min(limitMs / DEADLINE_IN_TIMEOUTS, leftMs));
        } catch (error) {
          assertCurrent();
          const refusal = error as Partial<Refusal>;
          // An app that has registered anew may be another user's: what its former provider says is void, or fails at.
          const isVoid = registrationOf(clientId) !== registration;
          mayAsk = isVoid || refusal.code === 'expired-token' || tellOfLogin(clientId, refusal);
          failure = error;
        }
      }
    }
    throw failure;
  };

  const backOff = (hasFailed: boolean): void => {
    slot.hasFailed = hasFailed;
    fail(slot.backoff, platform.now(), platform.random());
  };

  const tooLate = new TokenInjectorError('provider-timeout', 'the whole refresh');
  const underLock = platform.withLock(`${core.lockPrefix}${slot.identity}`, limitMs, () =>
    withDeadline(platform, limitMs, run(), tooLate),
  );
  const outcome = Promise.race([underLock, cancelled])
    .finally(() => {
      isOver = true;
      // Nobody waits for what is still asked: the next refresh may ask at once.
      cancel(tooLate);
      if (slot.refresh?.outcome === outcome) slot.refresh = undefined;
    })
    .then(
      (result) => {
        // A token that is no better than the one before must not be asked for at each request.
        if (standing() === 'fresh') slot.backoff.failures = 0;
        else if (result !== 'moved') backOff(false);
        return result;
      },
      (error: unknown) => {
        const failure =
          error instanceof TokenInjectorError
            ? error
            : new TokenInjectorError('provider-rejected', '', { cause: error });
        const { code } = failure;
        if (code === 'logged-out') throw failure;
        backOff(true);
        registry.notify(slot.identity, 'refreshError', { code, willRetryAt: slot.backoff.untilMs / 1000 });
        if (!slot.lost && isLost(slot, code, clock.nowSeconds())) {
          slot.lost = true;
          registry.notify(slot.identity, 'reauthRequired', { code });
        }
        throw failure;
      },
    );
  slot.refresh = {
    reason,
    requester,
    outcome,
    cancel: () => cancel(new TokenInjectorError('logged-out', '')),
  };
  return outcome;
}

/** No token is left to live on; or both the server and the provider have refused. */
function isLost(slot: Slot, code: ErrorCode, nowSeconds: number): boolean {
  const token = lastResort(slot, nowSeconds);
  if (!token) return true;
  if (slot.refused !== token.value) return false;
  return code === 'provider-rejected' || (Number.isNaN(token.expiresAt) && code !== 'invalid-token');
}

import { fail } from './backoff.js';
import type { Core } from './core.js';
import { withDeadline } from './deadline.js';
import { TokenInjectorError, type ErrorCode } from './errors.js';
import {
  derivedIdentity,
  namedIdentity,
  privateIdentity,
  publicIdentity,
  type Identity,
} from './identity.js';
import type { Answer, RefreshReason } from './protocol.js';
import { lastResort, standingOf, take, type RefreshOutcome, type Slot } from './slot.js';
import { isExpired, lifetimeSeconds, readToken, type AccessToken } from './token.js';

/** A hanging provider must not hide a working one; a third call would only repeat what two have shown. */
const MAX_PROVIDER_CALLS = 2;

/** Of a whole refresh, in calls of the provider: the wait for the lock, two calls, clients that do not answer. */
const DEADLINE_IN_TIMEOUTS = 3;

/**
 * A page that lives acknowledges within a few milliseconds; a frozen or cached one never does, and nothing but
 * silence tells it from a live one.
 */
const ACKNOWLEDGE_MS = 1000;

/** How often it is looked whether the page that was asked is still there. */
const ALIVE_EVERY_MS = 1000;

/** The page times its provider itself; this is for the way there and back, and for a page that freezes. */
const GRACE_MS = 500;

/**
 * The one refresh of a slot, shared by all who wait for it: lock, second look at the store, ask clients in turn,
 * accept, write, unlock. A call joins the refresh under way, or starts it. Settles within
 * `3 × getTokenTimeoutSeconds`, and a second or two; rejects with a typed error.
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
  const timeoutMs = options.getTokenTimeoutSeconds * 1000;
  const limitMs = DEADLINE_IN_TIMEOUTS * timeoutMs;
  const deadlineMs = platform.now() + limitMs;
  let calls = 0;
  let cancel!: (error: Error) => void;
  const cancelled = new Promise<never>((_resolve, reject) => (cancel = reject));
  cancelled.catch(() => undefined);

  const assertCurrent = (): void => {
    if (slot.generation !== generation || slot.closed) throw new TokenInjectorError('logged-out', '');
  };

  const announce = (target: Slot): void => {
    target.counters.refreshes++;
    tokenRefreshed(core, target, reason);
  };

  /** One question to one client: its answer, or an error within a bound. Late replies reach nobody. */
  const ask = async (clientId: string, limit: number): Promise<Extract<Answer, { type: 'answer' }>> => {
    let close!: () => void;
    let acknowledge!: () => void;
    const acknowledged = new Promise<void>((resolve) => (acknowledge = resolve));
    const answered = new Promise<Extract<Answer, { type: 'answer' }>>((resolve, reject) => {
      const question = {
        type: 'ask' as const,
        reason,
        minValiditySeconds,
        timeoutMs: limit,
        previousToken: before?.value,
      };
      close = platform.clients.ask(clientId, question, (reply) => {
        acknowledge();
        if (reply.type === 'answer') resolve(reply);
        if (reply.type === 'failed')
          reject(new TokenInjectorError(reply.code as ErrorCode, reply.message ?? ''));
      });
    });
    answered.catch(() => undefined);
    let isDone = false;
    const gone = new Promise<never>((_resolve, reject) => {
      const look = async (): Promise<void> => {
        if (isDone) return;
        if (await platform.clients.get(clientId)) platform.setTimer(() => void look(), ALIVE_EVERY_MS);
        else reject(new TokenInjectorError('no-client', ''));
      };
      platform.setTimer(() => void look(), ALIVE_EVERY_MS);
    });
    gone.catch(() => undefined);
    const within = <T>(ms: number, promise: Promise<T>, code: ErrorCode): Promise<T> =>
      withDeadline(platform, ms, Promise.race([promise, cancelled]), new TokenInjectorError(code, ''));
    try {
      await within(ACKNOWLEDGE_MS, acknowledged, 'no-client');
      calls++;
      slot.counters.providerCalls++;
      return await within(limit + GRACE_MS, Promise.race([answered, gone]), 'provider-timeout');
    } finally {
      isDone = true;
      close();
    }
  };

  const identityOf = async (
    clientId: string,
    named: string | undefined,
    claims: Record<string, unknown> | undefined,
  ): Promise<Identity> => {
    const known = registry.clients.get(clientId)?.identity;
    if (named !== undefined) return namedIdentity(named);
    if (known?.startsWith(namedIdentity(''))) return known;
    return claims ? derivedIdentity(claims, (text) => platform.digest(text)) : privateIdentity(clientId);
  };

  const accept = async (
    clientId: string,
    answer: Extract<Answer, { type: 'answer' }>,
  ): Promise<RefreshOutcome> => {
    const [token, claims] = readToken(answer, clock.nowSeconds(), registry.tick());
    clock.learn(token.issuedAt * 1000, true);
    // Expired, or half gone, at receipt: either the provider's cache is old or our clock is wrong.
    if (token.expiresAt - clock.nowSeconds() < lifetimeSeconds(token) / 2) await clock.check();
    if (isExpired(token, clock.nowSeconds())) {
      throw new TokenInjectorError(
        'expired-token',
        `${Math.round(clock.nowSeconds() - token.expiresAt)} s ago`,
      );
    }
    const target = registry.slot(await identityOf(clientId, answer.identity, claims));
    assertCurrent();
    if (target === slot && token.value === slot.refused) {
      throw new TokenInjectorError('invalid-token', 'the very token that the server had refused');
    }
    return target === slot ? takeOwn(clientId, token) : moveTo(target, clientId, token);
  };

  const takeOwn = async (clientId: string, token: AccessToken): Promise<RefreshOutcome> => {
    const taken = take(slot, token, clock.nowSeconds());
    registry.bind(clientId, slot.identity);
    await registry.sync();
    // The store may have known of a logout that we did not.
    assertCurrent();
    if (taken) announce(slot);
    return taken ? 'taken' : 'kept';
  };

  /** A client that turned out to be someone else brings its token along; the slot that it leaves stays as it is. */
  const moveTo = async (target: Slot, clientId: string, token: AccessToken): Promise<RefreshOutcome> => {
    registry.bind(clientId, target.identity);
    const registeredAt = registry.clients.get(clientId)?.registeredAt ?? 0;
    if (target.closed && (registeredAt > target.generation || reason === 'forced'))
      registry.clear(target, false);
    const taken = token.value !== target.refused && take(target, token, clock.nowSeconds());
    await registry.sync();
    if (taken && !target.closed) announce(target);
    return 'moved';
  };

  const isOfSlot = (clientId: string): boolean =>
    (registry.clients.get(clientId)?.identity ?? privateIdentity(clientId)) === slot.identity;

  /** The client whose request it is, then the others, visible ones first. */
  const candidates = async (): Promise<Set<string>> =>
    new Set([requester, ...(await platform.clients.list()).map((client) => client.id)]);

  const run = async (): Promise<RefreshOutcome> => {
    await registry.pull();
    assertCurrent();
    // Someone else refreshed while we waited for the lock.
    if (slot.token && slot.token.value !== before?.value) return 'taken';
    let failure: unknown = new TokenInjectorError('no-client', '');
    for (const clientId of await candidates()) {
      while (isOfSlot(clientId)) {
        const registration = registry.clients.get(clientId)?.registeredAt;
        const leftMs = deadlineMs - platform.now();
        if (calls === MAX_PROVIDER_CALLS || leftMs <= 0) throw failure;
        try {
          const answer = await ask(clientId, Math.min(timeoutMs, leftMs));
          // An app that has registered anew meanwhile may be another user's: what its former provider says is void.
          const isSame = !registration || registry.clients.get(clientId)?.registeredAt === registration;
          if (isSame) return await accept(clientId, answer);
        } catch (error) {
          assertCurrent();
          failure = error;
          if ((error as Partial<TokenInjectorError>).code !== 'expired-token') break;
        }
      }
    }
    throw failure;
  };

  const backOff = (hasFailed: boolean): void => {
    slot.hasFailed = hasFailed;
    fail(slot.backoff, platform.now(), platform.random());
  };

  const underLock = platform.withLock(`${core.lockPrefix}${slot.identity}`, limitMs, run);
  const outcome = Promise.race([underLock, cancelled])
    .finally(() => {
      if (slot.refresh?.outcome === outcome) slot.refresh = undefined;
    })
    .then(
      (result) => {
        // A token that is no better than the one before must not be asked for at each request.
        const standing = standingOf(slot, clock.nowSeconds(), minValiditySeconds, options.refreshWindow);
        if (result !== 'moved' && standing !== 'fresh') backOff(false);
        return result;
      },
      (error: unknown) => {
        const failure =
          error instanceof TokenInjectorError
            ? error
            : new TokenInjectorError('provider-rejected', '', { cause: error });
        const { code } = failure;
        if (code !== 'logged-out') {
          backOff(true);
          registry.announce(slot.identity, 'refreshError', {
            code,
            willRetryAt: slot.backoff.untilMs / 1000,
          });
          if (!slot.lost && isLost(slot, code, clock.nowSeconds())) {
            slot.lost = true;
            registry.announce(slot.identity, 'reauthRequired', { code });
          }
        }
        throw failure;
      },
    );
  slot.refresh = { outcome, cancel: () => cancel(new TokenInjectorError('logged-out', '')) };
  return outcome;
}

/** No token is left to live on; or the server has refused it and the provider refuses another. */
function isLost(slot: Slot, code: ErrorCode, nowSeconds: number): boolean {
  const token = lastResort(slot, nowSeconds);
  if (!token) return true;
  const mayBeThePaths = slot.refused !== token.value || code === 'invalid-token';
  return !mayBeThePaths && (code === 'provider-rejected' || Number.isNaN(token.expiresAt));
}

export function tokenRefreshed({ registry }: Core, { identity, token }: Slot, reason: RefreshReason): void {
  const expiresAt = token?.expiresAt || null;
  registry.announce(identity, 'tokenRefreshed', { expiresAt, reason, identity: publicIdentity(identity) });
}

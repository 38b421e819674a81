import type { Core } from './core.js';
import { TokenInjectorError } from './errors.js';
import { privateIdentity } from './identity.js';
import type { RefreshReason } from './protocol.js';
import { refresh } from './refresh.js';
import type { ClientRecord } from './state.js';
import { backsOff, isReopened, lastResort, standingOf, type Slot, type Standing } from './slot.js';
import type { AccessToken } from './token.js';
import { slotOf } from './whose.js';

/** A client changes its identity once in a request, or twice where it was unknown; more is a lying provider. */
const MAX_MOVES = 3;

/** A token for one request, and what is needed to settle a refusal. */
export interface Grant {
  readonly slot: Slot;
  readonly token: AccessToken;
  readonly generation: number;
  /** When it was given, by our clock. */
  readonly atMs: number;
}

/** The grant for a request that need not wait, found without awaiting anything: the hot path. */
export function atHand(core: Core, clientId: string, min: number): Grant | undefined {
  const { registry, clock, options } = core;
  const slot = registry.loaded ? registry.slotOf(clientId) : undefined;
  return slot && standingOf(slot, clock.nowSeconds(), min, options.refreshWindow) === 'fresh'
    ? grant(core, slot)
    : undefined;
}

/**
 * The grant for a client's request, after a refresh where one is needed.
 *
 * @param mayWait false for what is sent at unload: then only a token at hand will do
 * @param force a new token, whatever is left of the one there is
 * @returns undefined for a client whose identity cannot be known
 * @throws {TokenInjectorError} where no token is to be had
 */
export async function acquire(
  core: Core,
  clientId: string,
  minValiditySeconds: number,
  mayWait = true,
  force = false,
): Promise<Grant | undefined> {
  const { registry, clock, options, platform } = core;
  await registry.ready;
  const before = registry.clients.get(clientId);
  for (let move = 0; move <= MAX_MOVES; move++) {
    const slot = await slotOf(core, clientId, mayWait);
    if (!slot) return undefined;
    if (isOthers(slot, before, registry.clients.get(clientId)))
      throw new TokenInjectorError('logged-out', '');
    // A page that was frozen for long may have written back a logout from before this one registered.
    const { registeredAt } = registry.clients.get(clientId) ?? {};
    if ((slot.closed && force) || isReopened(slot, registeredAt)) registry.clear(slot, false);
    if (slot.closed) throw new TokenInjectorError('logged-out', '');
    const standing = standingOf(slot, clock.nowSeconds(), minValiditySeconds, options.refreshWindow);
    if (standing === 'fresh' && !force) return grant(core, slot);

    const inTime = standing === 'expiring' && !force;
    const isBlocked = !force && !slot.refresh && backsOff(slot, platform.now());
    const reason = force ? 'forced' : REASONS[standing];
    if (inTime || !mayWait || isBlocked) {
      if (inTime && !isBlocked)
        refresh(core, slot, reason, clientId, minValiditySeconds).catch(() => undefined);
      return grantLastResort(core, slot);
    }
    slot.counters.waited++;
    // Of its own one it may be a copy, sent again while it waits.
    const isJoining =
      slot.refresh && !(slot.refresh.reason === 'forced' && slot.refresh.requester === clientId);
    const outcome = await refresh(core, slot, reason, clientId, minValiditySeconds).catch(
      (error: TokenInjectorError) => error,
    );
    if (registry.leaving.has(clientId)) throw new TokenInjectorError('logged-out', '');
    // It may have moved; or it has no identity of its own, and the one that it borrowed is not the only one now.
    const isElsewhere = (await slotOf(core, clientId, mayWait)) !== slot;
    if (outcome === 'moved' || isElsewhere) {
      // A forced refresh that brought another identity's token has done its work.
      force &&= !isElsewhere;
      continue;
    }
    const error = outcome instanceof TokenInjectorError ? outcome : undefined;
    if (error) {
      const isLoggedOut = error.code === 'logged-out';
      // Its app has registered anew, before it was known whose the request is: it goes as the one who has.
      const isReplaced = !force && standing === 'none' && slot.identity === privateIdentity(clientId);
      // What failed was of before: of a registration, or of a session that a refresh under way was for.
      const isOutdated = isLoggedOut ? isReplaced : force && isJoining;
      if (isOutdated) continue;
      if (force || isLoggedOut) throw error;
    }
    return grantLastResort(core, slot, error);
  }
  throw new TokenInjectorError('invalid-token', 'one of another identity at each call');
}

/** Whether the app has registered anew as somebody else since the request came: it is the former user's. */
function isOthers(
  { identity }: Slot,
  before: ClientRecord | undefined,
  now: ClientRecord | undefined,
): boolean {
  const isSettled = [before?.identity, identity].every(
    (each) => each && !each.startsWith(privateIdentity('')),
  );
  return isSettled && before?.registeredAt !== now?.registeredAt && before?.identity !== identity;
}

const REASONS: Record<Standing, RefreshReason> = {
  none: 'initial',
  fresh: 'forced',
  expiring: 'expiring',
  stale: 'expiring',
  expired: 'expired',
  refused: 'rejected',
};

function grant({ platform }: Core, slot: Slot): Grant | undefined {
  const { token } = slot;
  return token && { slot, token, generation: slot.generation, atMs: platform.now() };
}

function grantLastResort({ clock, platform }: Core, slot: Slot, error?: TokenInjectorError): Grant {
  const token = lastResort(slot, clock.nowSeconds());
  if (token) return { slot, token, generation: slot.generation, atMs: platform.now() };
  throw error ?? new TokenInjectorError(slot.lost ? 'reauth-required' : 'provider-rejected', 'a moment ago');
}

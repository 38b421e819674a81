import type { TokenAnswer } from './ask.js';
import type { Core } from './core.js';
import { TokenInjectorError } from './errors.js';
import { derivedIdentity, namedIdentity, privateIdentity, type Identity } from './identity.js';
import type { RefreshReason } from './protocol.js';
import { isReopened, refreshedDetail, take, type RefreshOutcome, type Slot } from './slot.js';
import { isExpired, lifetimeSeconds, readToken, type AccessToken, type Claims } from './token.js';

/**
 * Judges a client's answer and, where it is a token, gives it to the slot that it belongs to: the one that was
 * refreshed, or another's, where the client turned out to be someone else. The slot that it leaves stays as it is.
 *
 * @param askedAt when it was asked, on the scale of generations: an answer that was long on its way (the page was frozen)
 *   does not replace what others have got since
 * @param assertCurrent throws where the answer is void: after a logout, or a new registration of the client
 * @throws {TokenInjectorError} `invalid-token`, `expired-token`, or what `assertCurrent` throws
 */
export async function accept(
  core: Core,
  slot: Slot,
  reason: RefreshReason,
  clientId: string,
  answer: TokenAnswer,
  askedAt: number,
  assertCurrent: () => void,
): Promise<RefreshOutcome> {
  const { registry, clock } = core;
  const [token, claims] = readToken(answer, clock.nowSeconds(), askedAt);
  await checkTimes(core, token);
  const identity = await identityOf(core, clientId, answer.identity, claims);
  assertCurrent();
  const target = registry.slot(identity);
  if (token.value === target.refused) {
    throw new TokenInjectorError('invalid-token', 'the very token that the server had refused');
  }
  registry.bind(clientId, identity);
  registry.readers.own(identity);
  // By the page's own word where this core has forgotten it: no more than that, since a change here is a new registration.
  const registeredAt = Math.max(
    registry.clients.get(clientId)?.registeredAt ?? 0,
    // Nobody registers later than he is asked: it would outlive every logout to come.
    Math.min(answer.registeredAt ?? 0, askedAt),
  );
  const give = async (): Promise<boolean> => {
    if (isReopened(target, registeredAt) || (target.closed && reason === 'forced'))
      registry.clear(target, false);
    const isNewer = take(target, token, clock.nowSeconds());
    await registry.sync();
    return isNewer;
  };
  let isTaken = await give();
  // A page that was frozen for long has written back a logout that everybody else had forgotten.
  if (isReopened(target, registeredAt)) isTaken = await give();
  // The store may have known of a logout that we did not.
  if (target === slot) assertCurrent();
  if (isTaken && target.token) {
    target.counters.refreshes++;
    tokenRefreshed(core, target, reason);
  } else if (target !== slot && target.token) {
    // It may have been logged out until now, and has to know whose it is.
    core.platform.clients.notify(clientId, 'tokenRefreshed', refreshedDetail(target, reason));
  }
  if (target !== slot) return 'moved';
  return isTaken ? 'taken' : 'kept';
}

/** Where a token is odd for its time, either the provider's cache is old or our clock is wrong: the server knows. */
async function checkTimes({ clock }: Core, token: AccessToken): Promise<void> {
  const left = token.expiresAt - clock.nowSeconds();
  if (token.issuedAt > clock.nowSeconds() || left < lifetimeSeconds(token) / 2) await clock.check();
  clock.learnIssuedAt(token.issuedAt);
  const now = clock.nowSeconds();
  if (isExpired(token, now)) {
    throw new TokenInjectorError('expired-token', `${Math.round(now - token.expiresAt)} s ago`);
  }
}

async function identityOf(
  { platform, registry }: Core,
  clientId: string,
  named: string | undefined,
  claims: Claims | undefined,
): Promise<Identity> {
  const known = registry.clients.get(clientId)?.identity;
  if (named) return namedIdentity(named);
  // A page that says that it has no name has none any more.
  if (named === undefined && known?.startsWith(namedIdentity(''))) return known;
  const own = privateIdentity(clientId);
  // An insecure page has no digest: its token is shared with nobody.
  return claims ? derivedIdentity(claims, (text) => platform.digest(text)).catch(() => own) : own;
}

export function tokenRefreshed({ platform, registry }: Core, slot: Slot, reason: RefreshReason): void {
  registry.notify(slot.identity, 'tokenRefreshed', refreshedDetail(slot, reason));
  platform.announce({ identity: slot.identity, reason });
}

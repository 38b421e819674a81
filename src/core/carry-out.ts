import { acquire } from './acquire.js';
import type { Core } from './core.js';
import { TokenInjectorError } from './errors.js';
import { namedIdentity, privateIdentity, publicIdentity } from './identity.js';
import type { Command, Reply } from './protocol.js';
import { standingOf, type Slot, type Standing } from './slot.js';

type Result = Extract<Reply, { type: 'done' }>;

/**
 * Carries out what a page asks for beside requests. Each command may come twice without harm.
 *
 * @throws {TokenInjectorError}
 */
export async function carryOut(core: Core, clientId: string, command: Command): Promise<Result> {
  const { registry } = core;
  await registry.ready;
  const slot = registry.slotOf(clientId);
  if (command.type === 'hello') {
    await hello(core, clientId, command);
  } else if (command.type === 'goodbye') {
    registry.forget(clientId);
    await (command.erase ? registry.erase() : registry.sync());
  } else if (!slot) {
    throw new TokenInjectorError('no-client', 'This page has not registered.');
  } else if (command.type === 'getToken') {
    const { minValiditySeconds = core.options.minValiditySeconds, forceRefresh } = command;
    const grant = await acquire(core, clientId, minValiditySeconds, true, forceRefresh);
    return { type: 'done', token: grant?.token.value };
  } else if (command.type === 'getStatus') {
    const { clock, options } = core;
    const standing = standingOf(slot, clock.nowSeconds(), options.minValiditySeconds, options.refreshWindow);
    const status = {
      state: slot.lost ? 'reauth-required' : STATES[standing],
      expiresAt: slot.token?.expiresAt || null,
      identity:
        slot.token || slot.identity !== privateIdentity(clientId) ? publicIdentity(slot.identity) : null,
      clockSkewSeconds: Math.round(clock.skewMs / 1000),
      counters: slot.counters,
    };
    return { type: 'done', status };
  } else if (command.type === 'logout') {
    await logout(core, clientId, slot);
  } else {
    // Online again, or visible: what failed a moment ago may be tried at the next request.
    slot.backoff.untilMs = 0;
  }
  return { type: 'done' };
}

/**
 * The page is there and can be asked. With `register` its app says so anew: what was known of its identity is
 * dropped, since its provider may be another user's now, and a logged-out identity is open again.
 */
async function hello(
  { registry }: Core,
  clientId: string,
  { register, identity }: Extract<Command, { type: 'hello' }>,
): Promise<void> {
  const named = identity !== undefined;
  if (register || named || !registry.slotOf(clientId)) {
    const next = named ? namedIdentity(identity) : privateIdentity(clientId);
    registry.bind(clientId, next, register ? registry.tick() : undefined);
    const slot = registry.slot(next);
    if (register) {
      if (slot.closed || (!named && slot.token)) registry.clear(slot, false);
      slot.backoff.untilMs = 0;
      slot.formerly = undefined;
      slot.lost = false;
    }
  }
  await registry.sweep();
}

/** A page that has not said whose it is is asked, so that the others of its identity are logged out with it. */
async function logout(core: Core, clientId: string, slot: Slot): Promise<void> {
  const { platform, registry } = core;
  const isUnknown = slot.identity === privateIdentity(clientId) && !slot.token && !slot.closed;
  const registration = (): unknown => registry.clients.get(clientId)?.registeredAt;
  const registeredAt = registration();
  if (isUnknown) {
    registry.leaving.add(clientId);
    await acquire(core, clientId, 0).catch(() => undefined);
  }
  // A logout is later than all that others have stored, also where the clock was set back.
  await registry.pull();
  const own = registry.slotOf(clientId) ?? slot;
  // Not to be learnt: no derived token stays, since any might be its own; the pages that live can ask for theirs. But a
  // page whose own lane has been logged out has said whose it was.
  const isHidden = isUnknown && !own.token;
  const others = [...registry.slots.values()].filter(
    ({ identity }) => isHidden && identity.startsWith('claims:') && (own.formerly ?? identity) === identity,
  );
  for (const other of others) registry.clear(other, other.closed);
  // Its app may have registered anew meanwhile: that is later than this logout, and opens the identity again.
  registry.clear(own, registration() === registeredAt);
  registry.leaving.delete(clientId);
  try {
    await registry.syncForLogout([own, ...others]);
  } finally {
    if (own.closed) registry.notify(own.identity, 'loggedOut', { origin: 'remote' }, clientId);
    for (const { identity } of [own, ...others]) platform.announce({ identity, reason: 'forced' });
  }
}

const STATES: Record<Standing, string> = {
  none: 'none',
  fresh: 'fresh',
  expiring: 'expiring',
  stale: 'expiring',
  expired: 'expired',
  refused: 'expired',
};

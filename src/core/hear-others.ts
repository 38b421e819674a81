import type { Identity } from './identity.js';
import type { Platform } from './ports.js';
import { toReason } from './protocol.js';
import type { Registry } from './registry.js';
import { isReopened, refreshedDetail, toTell } from './slot.js';

/**
 * What the partition's other cores say is a reason to look into the store. Also for an identity that is not known
 * here: a registration here must count as later than a logout there.
 */
export function hearOthers(platform: Platform, registry: Registry): void {
  platform.onAnnouncement(({ identity, reason }) => {
    if (typeof identity !== 'string') return;
    void tellChanges(registry, identity as Identity, reason, registry.pull);
  });
}

/** Reads what others have stored, and tells the clients of an identity what they have not been told. */
export async function tellChanges(
  registry: Registry,
  identity: Identity,
  reason: unknown,
  read: () => Promise<unknown>,
): Promise<void> {
  await read();
  const now = registry.slots.get(identity);
  // It may have been read long since, for another reason.
  if (!now || now.told === toTell(now)) return;
  if (now.closed) {
    const own = [...registry.clients.values()].filter((client) => client.identity === identity);
    if (own.some(({ registeredAt }) => isReopened(now, registeredAt))) {
      registry.clear(now, false);
      await registry.sync();
    } else {
      registry.notify(identity, 'loggedOut', { origin: 'remote' });
    }
  } else if (now.token) {
    registry.notify(identity, 'tokenRefreshed', refreshedDetail(now, toReason(reason)));
  }
}

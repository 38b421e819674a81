import { publicIdentity, type Identity } from './identity.js';
import type { Platform } from './ports.js';
import { toReason } from './protocol.js';
import type { Registry } from './registry.js';

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

/** Reads what others have stored, and tells the clients of an identity what has changed there. */
export async function tellChanges(
  registry: Registry,
  identity: Identity,
  reason: unknown,
  read: () => Promise<unknown>,
): Promise<void> {
  const { closed, token } = registry.slots.get(identity) ?? {};
  await read();
  const now = registry.slots.get(identity);
  if (now?.closed && !closed) {
    const { generation } = now;
    const isOld = [...registry.clients.values()].some(
      (client) => client.identity === identity && client.registeredAt > generation,
    );
    if (isOld) {
      // Whoever wrote it had slept since: one has registered after it.
      registry.clear(now, false);
      await registry.sync();
    } else {
      registry.notify(identity, 'loggedOut', { origin: 'remote' });
    }
  } else if (now?.token && now.token.value !== token?.value) {
    const detail = { expiresAt: now.token.expiresAt || null, identity: publicIdentity(identity) };
    registry.notify(identity, 'tokenRefreshed', { ...detail, reason: toReason(reason) });
  }
}

import { publicIdentity, type Identity } from './identity.js';
import type { Platform } from './ports.js';
import { toReason } from './protocol.js';
import type { Registry } from './registry.js';

/**
 * What the partition's other cores say is a reason to look into the store; the clients here are told what has changed
 * there. Also for an identity that is not known here: a registration here must count as later than a logout there.
 */
export function hearOthers(platform: Platform, registry: Registry): void {
  platform.onAnnouncement(({ identity, reason }) => {
    if (typeof identity !== 'string') return;
    const find = (): ReturnType<typeof registry.slots.get> => registry.slots.get(identity as Identity);
    const { closed, token } = find() ?? {};
    void registry.pull().then(() => {
      const now = find();
      if (now?.closed && !closed) registry.notify(now.identity, 'loggedOut', { origin: 'remote' });
      else if (now?.token && now.token.value !== token?.value) {
        const detail = { expiresAt: now.token.expiresAt || null, identity: publicIdentity(now.identity) };
        registry.notify(now.identity, 'tokenRefreshed', { ...detail, reason: toReason(reason) });
      }
    });
  });
}

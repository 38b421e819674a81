import type { Core } from './core.js';
import { namedIdentity, privateIdentity, publicIdentity } from './identity.js';
import type { Standing } from './slot.js';

/** What a page can do beside sending requests: register, leave, log out, ask how things are. */
export class Session {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /**
   * The page is there and can be asked. With `register` its app says so anew: what was known of its identity is
   * dropped, since its provider may be another user's now, and a logged-out identity is open again.
   */
  async hello(clientId: string, register: boolean, identity: string | undefined): Promise<void> {
    const { registry, platform } = this.#core;
    await registry.ready;
    const known = registry.clients.get(clientId);
    if (register || identity !== undefined || known?.identity === undefined) {
      const next = identity === undefined ? privateIdentity(clientId) : namedIdentity(identity);
      registry.bind(clientId, next, register ? registry.tick() : undefined);
      const slot = registry.slot(next);
      if (register && slot.closed) registry.reopen(slot);
      if (register && identity === undefined && slot.token && !slot.refresh) registry.clear(slot);
      if (register) slot.failures.cut();
    }
    const live = await platform.clients.list();
    await registry.sync(new Set([clientId, ...live.map((client) => client.id)]));
  }

  /** The page lives on without us. */
  async goodbye(clientId: string): Promise<void> {
    const { registry } = this.#core;
    await registry.ready;
    registry.forget(clientId);
    await registry.sync();
  }

  /** The page is online again, or visible: what failed a moment ago may be tried at the next request. */
  async wake(clientId: string): Promise<void> {
    const { registry } = this.#core;
    await registry.ready;
    registry.slotOf(clientId)?.failures.cut();
  }

  /**
   * When this resolves the identity's token is gone from memory and storage, its identity is closed, and no
   * refresh under way can bring one back.
   */
  async logout(clientId: string): Promise<void> {
    const { registry, announcer } = this.#core;
    await registry.ready;
    const slot = registry.slotOf(clientId);
    if (!slot) return;
    registry.clear(slot);
    slot.closed = true;
    slot.refresh?.cancel();
    await registry.sync();
    announcer.announce(slot.identity, 'loggedOut', { origin: 'remote' }, clientId);
  }

  async status(clientId: string): Promise<Record<string, unknown>> {
    const { registry, serverClock, options } = this.#core;
    await registry.ready;
    const slot = registry.slotOf(clientId);
    const { minValiditySeconds, refreshWindow } = options;
    const standing = slot?.standing(serverClock.nowSeconds(), minValiditySeconds, refreshWindow) ?? 'none';
    return {
      state: slot?.sessionLost ? 'reauth-required' : STATES[standing],
      expiresAt: slot?.token?.expiresAt ?? null,
      identity: slot ? publicIdentity(slot.identity) : null,
      clockSkewSeconds: Math.round(serverClock.skewMs / 1000),
      counters: { ...slot?.counters },
    };
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

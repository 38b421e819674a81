import type { Core } from './core.js';
import { privateIdentity } from './identity.js';
import type { Refresher } from './refresher.js';
import type { Slot } from './slot.js';

/** Says whose token a client's request gets. */
export class Whose {
  readonly #core: Core;
  readonly #refresher: Refresher;

  constructor(core: Core, refresher: Refresher) {
    this.#core = core;
    this.#refresher = refresher;
  }

  /**
   * The slot of a client: its own; or after asking a page that has not been heard of; or the scope's only one.
   *
   * @returns undefined where it cannot be known: then the request passes untouched
   */
  async slotOf(clientId: string, mayWait: boolean): Promise<Slot | undefined> {
    const { registry } = this.#core;
    const slot = registry.slotOf(clientId);
    if (slot) return slot;
    if (mayWait && clientId) await this.#introduce(clientId);
    return registry.slotOf(clientId) ?? this.#soleSlot(mayWait);
  }

  /** Lets an unheard-of page answer for itself; one that does not is remembered, and not asked again. */
  async #introduce(clientId: string): Promise<void> {
    const { platform, registry } = this.#core;
    if (registry.clients.has(clientId)) return;
    if ((await platform.clients.get(clientId))?.type !== 'window') return;
    const slot = registry.slot(privateIdentity(clientId));
    const request = { reason: 'initial' as const, requester: clientId, minValiditySeconds: 0 };
    await this.#refresher.refresh(slot, request).catch(() => undefined);
    if (registry.clients.has(clientId)) return;
    registry.bind(clientId, undefined);
    void registry.sync();
  }

  /**
   * For a worker, or a frame that cannot answer. A page that has registered and is not known yet counts as
   * someone else: it might be another tenant's.
   */
  async #soleSlot(mayWait: boolean): Promise<Slot | undefined> {
    const { platform, registry } = this.#core;
    const windows = (await platform.clients.list()).filter((client) => client.type === 'window');
    const unheard = windows.filter((client) => !registry.clients.has(client.id));
    if (unheard.length > 0 && !mayWait) return undefined;
    await Promise.all(unheard.map((client) => this.#introduce(client.id)));
    const identities = new Set(windows.flatMap((client) => registry.slotOf(client.id)?.identity ?? []));
    const [only] = identities;
    return only && identities.size === 1 ? registry.slot(only) : undefined;
  }
}

import { publicIdentity, type Identity } from './identity.js';
import type { Platform } from './ports.js';
import { isFields } from './protocol.js';
import type { Registry } from './registry.js';

/** Tells the clients of an identity, and the partition's other cores, what happened to it; never a token. */
export class Announcer {
  readonly #platform: Platform;
  readonly #registry: Registry;

  constructor(platform: Platform, registry: Registry) {
    this.#platform = platform;
    this.#registry = registry;
    platform.announcements.listen((message) => void this.#hear(message));
  }

  /** @param except a client that knows already */
  announce(identity: Identity, name: string, detail: Record<string, unknown>, except?: string): void {
    this.#notify(identity, name, detail, except);
    this.#platform.announcements.post({ identity, name, detail });
  }

  /** A diagnostic for the client whose request it was: why it got no token, or was not sent again. */
  skip(clientId: string, url: string, why: string): void {
    if (!this.#registry.slotOf(clientId)) return;
    // A query can hold a token.
    this.#platform.clients.notify(clientId, 'requestSkipped', { url: url.replace(/[?#].*/, ''), why });
  }

  tokenRefreshed(identity: Identity, expiresAt: number | undefined, reason: string): void {
    this.announce(identity, 'tokenRefreshed', {
      expiresAt: expiresAt ?? null,
      reason,
      identity: publicIdentity(identity),
    });
  }

  /** What others say is a reason to look into the store; only that is believed. */
  async #hear(message: unknown): Promise<void> {
    if (!isFields(message)) return;
    const { identity, name, detail } = message;
    if (typeof identity !== 'string' || typeof name !== 'string' || !isFields(detail)) return;
    await this.#registry.pull();
    this.#notify(identity as Identity, name, detail);
  }

  #notify(identity: Identity, name: string, detail: Record<string, unknown>, except?: string): void {
    for (const id of this.#registry.clientsOf(identity)) {
      if (id !== except) this.#platform.clients.notify(id, name, detail);
    }
  }
}

import { withDeadline } from './deadline.js';
import { privateIdentity, type Identity } from './identity.js';
import type { Platform } from './ports.js';
import type { ServerClock } from './server-clock.js';
import { Slot } from './slot.js';
import { mergeSlots, readState, type ClientRecord, type SlotRecord, type State } from './state.js';
import { isExpired } from './token.js';

/** A read takes about 3 ms and a write 5; storage that takes a second is treated as absent. */
const STORE_DEADLINE_MS = 1000;

/** Longer than any refresh can be under way, so that none outlives the generation that would refuse it. */
const KEEP_CLOSED_MS = 3600_000;

/**
 * Which client has which identity, and each identity's slot; in memory, and in the store as far as it works.
 * Memory and store are joined both ways by the same rule (higher generation, then newer token), so it does not
 * matter who wrote first.
 */
export class Registry {
  readonly slots = new Map<string, Slot>();
  readonly clients = new Map<string, ClientRecord>();
  /** True once the store has been read; before that nothing can be said of a client. */
  loaded = false;
  readonly ready: Promise<void>;
  readonly #platform: Platform;
  readonly #serverClock: ServerClock;
  readonly #storeTokens: boolean;
  readonly #forgotten = new Set<string>();
  #lastTick = 0;

  constructor(platform: Platform, serverClock: ServerClock, storeTokens: boolean) {
    this.#platform = platform;
    this.#serverClock = serverClock;
    this.#storeTokens = storeTokens;
    this.ready = this.pull().then(() => {
      this.loaded = true;
    });
  }

  /** The next moment on the scale of generations: the clock's, but never the same or an earlier one twice. */
  tick(): number {
    this.#lastTick = Math.max(this.#platform.clock.now(), this.#lastTick + 1);
    return this.#lastTick;
  }

  slot(identity: Identity): Slot {
    let slot = this.slots.get(identity);
    if (!slot) {
      slot = new Slot(identity, 0);
      this.slots.set(identity, slot);
    }
    return slot;
  }

  /** The slot of a client whose identity is known, be it only a private one. */
  slotOf(clientId: string): Slot | undefined {
    const identity = this.clients.get(clientId)?.identity;
    return identity === undefined ? undefined : this.slot(identity as Identity);
  }

  clientsOf(identity: Identity): string[] {
    const ids: string[] = [];
    for (const [id, record] of this.clients) if (record.identity === identity) ids.push(id);
    return ids;
  }

  bind(clientId: string, identity: Identity | undefined, registeredAt?: number): void {
    this.#forgotten.delete(clientId);
    this.clients.set(clientId, {
      identity,
      registeredAt: registeredAt ?? this.clients.get(clientId)?.registeredAt ?? 0,
      changedAt: this.tick(),
    });
  }

  forget(clientId: string): void {
    this.clients.delete(clientId);
    this.#forgotten.add(clientId);
  }

  /** Drops the token and all that is under way to replace it: a new generation. */
  clear(slot: Slot): void {
    slot.generation = this.tick();
    slot.token = undefined;
    slot.refused = undefined;
  }

  /** After a logout, an app has registered again or insists on a token. */
  reopen(slot: Slot): void {
    this.clear(slot);
    slot.closed = false;
    slot.sessionLost = false;
    slot.failures.reset();
  }

  /** Takes in what others have stored. */
  async pull(): Promise<void> {
    await this.#bounded(this.#platform.store.read().then((record) => this.#absorb(readState(record))));
  }

  /** Joins memory and store; where `live` is given, drops what belongs to clients that are gone. */
  async sync(live?: ReadonlySet<string>): Promise<void> {
    await this.#bounded(
      this.#platform.store.update((record) => {
        this.#absorb(readState(record));
        if (live) this.#prune(live);
        return this.#toState();
      }),
    );
  }

  #absorb(state: State): void {
    for (const [id, stored] of state.clients) {
      this.#lastTick = Math.max(this.#lastTick, stored.changedAt);
      const known = this.clients.get(id);
      if (!this.#forgotten.has(id) && (!known || stored.changedAt > known.changedAt))
        this.clients.set(id, stored);
    }
    for (const [identity, stored] of state.slots) {
      this.#lastTick = Math.max(this.#lastTick, stored.generation);
      const slot = this.slot(identity as Identity);
      const merged = mergeSlots(toRecord(slot), stored);
      if (merged.generation !== slot.generation) {
        slot.refused = undefined;
        slot.refresh?.cancel();
      }
      slot.generation = merged.generation;
      slot.closed = merged.closed;
      slot.token = merged.token;
    }
    if (!this.loaded) this.#serverClock.skewMs = state.skewMs;
  }

  #prune(live: ReadonlySet<string>): void {
    for (const id of this.clients.keys()) if (!live.has(id)) this.clients.delete(id);
    const wanted = new Set([...this.clients.values()].map((record) => record.identity));
    const now = this.#serverClock.nowSeconds();
    for (const [identity, slot] of this.slots) {
      const worthless = !slot.token || isExpired(slot.token, now);
      const settled = this.#platform.clock.now() - slot.generation > KEEP_CLOSED_MS;
      const ownerGone = identity.startsWith(privateIdentity(''));
      if (!wanted.has(identity) && !slot.refresh && (ownerGone || (worthless && settled)))
        this.slots.delete(identity);
    }
  }

  #toState(): State {
    const slots = new Map<string, SlotRecord>();
    for (const [identity, slot] of this.slots) {
      const { token, ...rest } = toRecord(slot);
      slots.set(identity, this.#storeTokens && token ? { ...rest, token } : rest);
    }
    return { clients: new Map(this.clients), slots, skewMs: this.#serverClock.skewMs };
  }

  /** Storage that fails or hangs must not: memory is enough to go on. */
  #bounded(operation: Promise<void>): Promise<void> {
    return withDeadline(
      this.#platform.clock,
      STORE_DEADLINE_MS,
      operation.catch(() => undefined),
      () => undefined,
    );
  }
}

function toRecord(slot: Slot): SlotRecord {
  const { generation, closed, token } = slot;
  return { generation, closed, ...(token ? { token } : {}) };
}

import { withDeadline } from './deadline.js';
import { TokenInjectorError } from './errors.js';
import { hearOthers } from './hear-others.js';
import { publicIdentity, type Identity } from './identity.js';
import type { Platform } from './ports.js';
import { prune } from './prune.js';
import { Readers, type ReadersRecord } from './readers.js';
import { MAX_SKEW_MS, type ServerClock } from './server-clock.js';
import { absorbStored, beginGeneration, createSlot, toTell, type Slot } from './slot.js';
import {
  isClientRecord,
  isSlotRecord,
  storedClients,
  toState,
  type ClientRecord,
  type State,
} from './state.js';
import { whoLives, type Living } from './who-lives.js';

/** A read takes about 3 ms and a write 5; storage that takes a second is treated as absent. */
const STORE_DEADLINE_MS = 1000;

export type Registry = ReturnType<typeof createRegistry>;

/**
 * Which client has which identity, and each identity's slot; in memory, and in the store as far as it works.
 * Memory and store are joined both ways by the same rule (higher generation, then newer token), so it does not
 * matter who wrote first.
 */
export function createRegistry(platform: Platform, clock: ServerClock, storeTokens: boolean) {
  const slots = new Map<Identity, Slot>();
  const clients = new Map<string, ClientRecord>();
  const forgotten = new Set<string>();
  const readers = new Readers();
  let lastTick = 0;
  /** Storage has taken something: then a logout needs it. */
  let hasStored = false;
  /** Whose tokens it had when it was read last. */
  const inStore = new Set<Identity>();
  /** The store has not been read yet: it may know the server's clock; later we know it better. */
  let isNew = true;

  /** The next moment on the scale of generations: the clock's, but never the same or an earlier one twice. */
  const tick = (): number => (lastTick = Math.max(platform.now(), lastTick + 1));

  const slot = (identity: Identity): Slot => {
    let found = slots.get(identity);
    if (!found) slots.set(identity, (found = createSlot(identity)));
    return found;
  };

  /** What is damaged in a record reads as absent. */
  const absorb = (record: unknown): void => {
    const state = (record ?? {}) as Partial<State>;
    try {
      for (const [id, stored] of state.clients ?? []) {
        if (!isClientRecord(stored)) continue;
        lastTick = Math.max(lastTick, stored.changedAt);
        // A page's lane knows itself; what it remembered of others it would write back when they are others by then.
        if (!platform.clients.seesAll || forgotten.has(id)) continue;
        if ((clients.get(id)?.changedAt ?? -1) < stored.changedAt) clients.set(id, stored);
      }
      for (const [identity, stored] of state.slots ?? []) {
        if (typeof identity !== 'string' || !isSlotRecord(stored)) continue;
        lastTick = Math.max(lastTick, stored.generation, stored.token?.order ?? 0);
        absorbStored(slot(identity), stored);
        if (stored.token) inStore.add(identity);
        else inStore.delete(identity);
      }
      readers.absorb(Object(state.readers) as ReadersRecord);
      const { skewMs } = state;
      if (isNew && typeof skewMs === 'number' && Math.abs(skewMs) < MAX_SKEW_MS) clock.skewMs = skewMs;
    } catch {
      // Whatever it is, it is not ours.
    }
  };

  /** Storage that fails or hangs must not matter: memory is enough to go on. Says whether it worked. */
  const bounded = (operation: Promise<void>): Promise<boolean> => {
    const isDone = operation.then(() => true);
    return withDeadline(platform, STORE_DEADLINE_MS, isDone, false);
  };

  const registry = {
    /** True once the store has been read; before that nothing can be said of a client. */
    loaded: false,
    ready: Promise.resolve(),
    clients: clients as ReadonlyMap<string, ClientRecord>,
    slots: slots as ReadonlyMap<Identity, Slot>,
    readers,
    /** Clients that are being logged out: what waits for them is not sent. */
    leaving: new Set<string>(),
    tick,
    slot,

    /** The slot of a client whose identity is known, be it only a private one. */
    slotOf(clientId: string): Slot | undefined {
      const identity = clients.get(clientId)?.identity;
      return identity && slot(identity);
    },

    bind(clientId: string, identity: Identity | undefined, registeredAt?: number, isSilent = false): void {
      forgotten.delete(clientId);
      clients.set(clientId, {
        identity,
        registeredAt: registeredAt ?? clients.get(clientId)?.registeredAt ?? 0,
        changedAt: tick(),
        isSilent,
      });
    },

    forget(clientId: string): void {
      clients.delete(clientId);
      forgotten.add(clientId);
    },

    /** Drops the token and all that is under way to replace it; `closed` at logout, open after it. */
    clear: (cleared: Slot, closed: boolean): void => beginGeneration(cleared, tick(), closed),

    /** Tells the clients of an identity what happened to it; those that were logged out of it, whether it has a token. */
    notify(identity: Identity, name: string, detail: object, except?: string): void {
      const isNews = name === 'tokenRefreshed' || name === 'loggedOut';
      const state = toTell(slot(identity));
      if (isNews) slot(identity).told = state;
      for (const [id, client] of clients) {
        const own = client.identity && slots.get(client.identity);
        if (isNews && own?.formerly === publicIdentity(identity) && own.told !== state) {
          own.told = state;
          own.backoff.untilMs = 0;
        } else if (client.identity !== identity) continue;
        if (id !== except) platform.clients.notify(id, name, detail);
      }
    },

    /** Reads the store, and lets nothing be decided before: at the start, and where others may have gone on long since. */
    load(): void {
      registry.loaded = false;
      registry.ready = registry.pull().then((isRead) => {
        if (!isRead) readers.isUnread = true;
        registry.loaded = true;
        // Its pages know it, from whoever was here before.
        if (isNew) for (const each of slots.values()) each.told = toTell(each);
        isNew = false;
      });
    },

    /** Takes in what others have stored. */
    pull: () => bounded(platform.readRecord().then(absorb)),

    /** Joins memory and store; without what belongs to clients that are gone, where it is said who lives. */
    async sync(live?: Living): Promise<boolean> {
      const isStored = await bounded(
        platform.updateRecord((record) => {
          absorb(record);
          const others = platform.clients.seesAll ? [] : storedClients(record);
          const [kept, keptSlots] = [new Map([...others, ...clients]), new Map(slots)];
          if (live) prune(kept, keptSlots, live, clock.nowSeconds(), platform.now());
          return toState(kept, keptSlots, clock.skewMs, readers.record, storeTokens);
        }),
      );
      // What memory forgets and a full store does not would be read again: a logout, after a page has registered anew.
      if (live && isStored) prune(clients, slots, live, clock.nowSeconds(), platform.now());
      hasStored ||= isStored;
      return isStored;
    },

    /** Joins memory and store, without what belongs to clients that are gone. */
    async sweep(): Promise<void> {
      await registry.sync(await whoLives(platform, clients.keys(), tick()));
    },

    /**
     * Joins memory and store for a logout, which is none while the store has the token.
     *
     * @throws {TokenInjectorError} where storage that had worked, or has a token of theirs, does not take it
     */
    async syncForLogout(cleared: readonly Slot[]): Promise<void> {
      if ((await registry.sync()) || (await registry.sync())) return;
      if (!hasStored && !cleared.some(({ identity }) => inStore.has(identity))) return;
      throw new TokenInjectorError('worker-unavailable', 'Storage may have kept the token. Log out again.');
    },

    /** Forgets everything, in memory and in the store. */
    async erase(): Promise<void> {
      for (const each of slots.values()) registry.clear(each, false);
      slots.clear();
      clients.clear();
      // But for this, that nobody is shown what the browser's cache has of somebody before.
      const { owner, isShared } = readers.record;
      const rest = owner || isShared || readers.isUnread ? { readers: { isShared: true } } : undefined;
      await bounded(platform.updateRecord(() => rest));
    },
  };

  registry.load();
  hearOthers(platform, registry);
  return registry;
}

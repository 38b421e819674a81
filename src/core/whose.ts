import type { Core } from './core.js';
import { withDeadline } from './deadline.js';
import type { TokenInjectorError } from './errors.js';
import { privateIdentity } from './identity.js';
import { refresh } from './refresh.js';
import { backsOff, type Slot } from './slot.js';
import { LIST_DEADLINE_MS } from './who-lives.js';

const MAX_ROUNDS = 3;

/**
 * Whose token a client's request gets. The slot of a client is its own; or found by asking a page that has not been
 * heard of; or, for one that cannot be asked, the scope's only one.
 *
 * @returns undefined where it cannot be known: then the request passes untouched
 */
export async function slotOf(core: Core, clientId: string, mayWait: boolean): Promise<Slot | undefined> {
  return core.registry.slotOf(clientId) ?? find(core, clientId, mayWait);
}

async function find(core: Core, clientId: string, mayWait: boolean): Promise<Slot | undefined> {
  const { platform, registry } = core;
  if (!clientId) return soleSlot(core, mayWait);
  const client = await withDeadline(platform, LIST_DEADLINE_MS, platform.clients.get(clientId), undefined);
  if (client && client.type !== 'window') return soleSlot(core, mayWait);
  if (client && mayWait) await introduce(core, clientId, true);
  return registry.slotOf(clientId);
}

/**
 * Lets an unheard-of page answer for itself; one that does not is remembered.
 *
 * @param isAwake it is sending a request, so its silence means that it never answers; otherwise it may be frozen
 */
async function introduce(core: Core, clientId: string, isAwake: boolean): Promise<void> {
  const { registry } = core;
  const isKnown = (): boolean => {
    const record = registry.clients.get(clientId);
    return record !== undefined && (record.identity !== undefined || record.isSilent || !isAwake);
  };
  if (isKnown()) return;
  const identity = privateIdentity(clientId);
  const code = await refresh(core, registry.slot(identity), 'initial', clientId, 0).then(
    () => undefined,
    (error: TokenInjectorError) => error.code,
  );
  if (isKnown()) return;
  registry.bind(clientId, code === 'no-client' ? undefined : identity, undefined, isAwake);
  void registry.sweep();
}

/**
 * For a worker, or a navigation that does not say whose it is: the identity of all pages of the scope, if they have
 * one. A page that has not said who it is counts as someone else: it might be another tenant's, still loading.
 */
async function soleSlot(core: Core, mayWait: boolean): Promise<Slot | undefined> {
  const { platform, registry } = core;
  // Others may come while one is asked.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const windows = await withDeadline(platform, LIST_DEADLINE_MS, platform.clients.list(), undefined);
    if (!windows) return undefined;
    const ids = windows.map(({ id }) => id);
    const unheard = ids.filter((id) => !isHeard(core, id));
    if (unheard.length === 0) {
      const slots = new Set(ids.map((id) => registry.slotOf(id)));
      return slots.size === 1 ? [...slots][0] : undefined;
    }
    if (!mayWait) return undefined;
    const identify = (id: string): Promise<unknown> => {
      const slot = registry.slotOf(id);
      return slot ? refresh(core, slot, 'initial', id, 0).catch(() => undefined) : introduce(core, id, false);
    };
    await Promise.all(unheard.map(identify));
  }
  return undefined;
}

/** Whether it is known whose a page is, or that it cannot be known now; one that has registered may have sent nothing. */
function isHeard({ registry, platform }: Core, clientId: string): boolean {
  const slot = registry.slotOf(clientId);
  if (!slot) return registry.clients.has(clientId);
  const isOpen = slot.identity === privateIdentity(clientId) && !slot.token && !slot.closed;
  return !isOpen || backsOff(slot, platform.now());
}

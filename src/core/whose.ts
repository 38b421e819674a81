import type { Core } from './core.js';
import type { TokenInjectorError } from './errors.js';
import { privateIdentity } from './identity.js';
import type { ClientInfo } from './ports.js';
import { refresh } from './refresh.js';
import type { Slot } from './slot.js';

/**
 * Whose token a client's request gets. The slot of a client is its own; or found by asking a page that has not been
 * heard of; or the scope's only one.
 *
 * @returns undefined where it cannot be known: then the request passes untouched
 */
export async function slotOf(core: Core, clientId: string, mayWait: boolean): Promise<Slot | undefined> {
  const { registry } = core;
  const slot = registry.slotOf(clientId);
  if (slot) return slot;
  if (mayWait && clientId) await introduce(core, clientId, true);
  return registry.slotOf(clientId) ?? soleSlot(core, mayWait);
}

/**
 * Lets an unheard-of page answer for itself; one that does not is remembered.
 *
 * @param isAwake it is sending a request, so its silence means that it never answers; otherwise it may be frozen
 */
async function introduce(core: Core, clientId: string, isAwake: boolean): Promise<void> {
  const { platform, registry } = core;
  const isKnown = (): boolean => {
    const record = registry.clients.get(clientId);
    return record !== undefined && (record.identity !== undefined || record.isSilent || !isAwake);
  };
  if (isKnown() || (await platform.clients.get(clientId))?.type !== 'window') return;
  const identity = privateIdentity(clientId);
  const code = await refresh(core, registry.slot(identity), 'initial', clientId, 0).then(
    () => undefined,
    (error: TokenInjectorError) => error.code,
  );
  if (isKnown()) return;
  // One that answers, if only with an error, is somebody; a silent one is nobody.
  registry.bind(clientId, code === 'no-client' ? undefined : identity, undefined, isAwake);
  void registry.sync();
}

/**
 * For a worker, or a frame that cannot answer. A page that has registered and is not known yet counts as someone
 * else: it might be another tenant's.
 */
async function soleSlot(core: Core, mayWait: boolean): Promise<Slot | undefined> {
  const { platform, registry } = core;
  const asked = new Set<string>();
  let windows: readonly ClientInfo[];
  // Others may come while one is asked.
  for (;;) {
    windows = await platform.clients.list();
    const unheard = windows.map(({ id }) => id).filter((id) => !registry.clients.has(id));
    if (unheard.length === 0) break;
    // Listed and not to be reached: it may be anybody.
    if (!mayWait || unheard.every((id) => asked.has(id))) return undefined;
    for (const id of unheard) asked.add(id);
    await Promise.all(unheard.map((id) => introduce(core, id, false)));
  }
  const slots = new Set(windows.flatMap(({ id }) => registry.slotOf(id) ?? []));
  return slots.size === 1 ? [...slots][0] : undefined;
}

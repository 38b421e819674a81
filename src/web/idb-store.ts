import { createStore, get, update } from 'idb-keyval';
import type { StateStore } from '../core/ports.js';

/** IndexedDB, one record for a scope. Rejects where storage is blocked or broken; the core bounds every wait. */
export function idbStore(scope: string): StateStore {
  let opened: ReturnType<typeof createStore> | undefined;
  const open = (): ReturnType<typeof createStore> => (opened ??= createStore('bearer-worker', 'state'));
  return {
    read: async () => get(scope, open()),
    update: async (change) => update(scope, change, open()),
  };
}

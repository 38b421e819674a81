import type { Realm } from './engine.js';
import type { Tab } from './tab.js';

/** The library's one store, as another page, another tab's cleaner or a full disk treat it. */
export class FaultyStorage {
  /** From now on every other reader and writer waits, until the function returned is called. */
  async hold(realm: Realm): Promise<() => Promise<void>> {
    await realm.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const opening = indexedDB.open('bearer-worker');
          opening.onsuccess = () => {
            const store = opening.result.transaction('state', 'readwrite').objectStore('state');
            const own = globalThis as { lettingGoOfStore?: boolean };
            own.lettingGoOfStore = false;
            const goOn = (): void => {
              if (own.lettingGoOfStore) opening.result.close();
              else store.count().onsuccess = goOn;
            };
            store.count().onsuccess = () => {
              resolve();
              goOn();
            };
          };
        }),
    );
    return () =>
      realm.evaluate(() => void ((globalThis as { lettingGoOfStore?: boolean }).lettingGoOfStore = true));
  }

  /** Every write of this origin fails for want of room. */
  fill(tab: Tab): Promise<void> {
    // A limit of nothing is taken for no limit.
    return tab.page.limitStorage(1);
  }

  empty(tab: Tab): Promise<void> {
    return tab.page.limitStorage(undefined);
  }

  /** Overwrites the record with what no version of the library wrote. */
  damage(realm: Realm, record: unknown): Promise<void> {
    return realm.evaluate(rewrite, { record });
  }

  /** Writes a token as another core of the partition would have: into every slot that has one. */
  writeToken(realm: Realm, token: object): Promise<void> {
    return realm.evaluate(rewrite, { token });
  }
}

interface Rewriting {
  readonly record?: unknown;
  readonly token?: object;
}

function rewrite({ record, token }: Rewriting): Promise<void> {
  type State = { slots: Map<string, { token?: { order: number } }> };
  const withToken = (state: State): State => {
    for (const slot of state.slots.values()) {
      if (slot.token) slot.token = { ...slot.token, ...token, order: slot.token.order + 1 };
    }
    return state;
  };
  return new Promise<void>((resolve, reject) => {
    const opening = indexedDB.open('bearer-worker');
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('state', 'readwrite');
      const records = transaction.objectStore('state').openCursor();
      records.onsuccess = () => {
        records.result?.update(token ? withToken(records.result.value as State) : record);
        records.result?.continue();
      };
      transaction.oncomplete = () => {
        opening.result.close();
        resolve();
      };
      transaction.onabort = () => reject(transaction.error ?? new Error('Nothing was written.'));
    };
  });
}

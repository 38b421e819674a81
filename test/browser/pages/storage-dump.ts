/** Everything that this origin has stored and a page can read, as text to search. */
export async function dumpStorage(): Promise<string> {
  const parts = [document.cookie, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  for (const { name } of await indexedDB.databases()) parts.push(await dumpDatabase(name ?? ''));
  for (const key of await caches.keys()) {
    const cache = await caches.open(key);
    for (const request of await cache.keys()) {
      parts.push(request.url, JSON.stringify([...request.headers]));
      parts.push((await (await cache.match(request))?.text()) ?? '');
    }
  }
  return parts.join('\n');
}

async function dumpDatabase(name: string): Promise<string> {
  const database = await settled(indexedDB.open(name));
  const parts = [name];
  for (const store of database.objectStoreNames) {
    const records = database.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([settled(records.getAllKeys()), settled(records.getAll())]);
    parts.push(store, JSON.stringify(keys, plain), JSON.stringify(values, plain));
  }
  database.close();
  return parts.join('\n');
}

// A Map, a Set or bytes would be written as {} and hide what they hold.
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map || value instanceof Set) return [...(value as Iterable<unknown>)];
  if (value instanceof ArrayBuffer) return new TextDecoder().decode(value);
  if (ArrayBuffer.isView(value)) return new TextDecoder().decode(value);
  return value;
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed without a reason.'));
  });
}

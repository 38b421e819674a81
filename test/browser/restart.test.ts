import { expect } from 'vitest';
import { ALICE, onlyIn, test } from './support/world.js';

test('26 · the worker was killed: the next request carries the stored token, sent once, and no provider is called', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.fetch('/api/echo');
  const before = world.app.seen.only('/api/echo').judgement.claims?.jti;
  world.app.seen.clear();
  world.app.tokenHost.calls.length = 0;
  tab.behave({ kind: 'hang' });
  await world.profile.stopWorkers();

  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(world.app.seen.only('/api/echo').judgement.claims?.jti).toBe(before);
  expect(world.app.tokenHost.calls).toEqual([]);
});

test('the worker was killed and every page reloaded: the stored token serves the page once it is known again', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register({ identity: 'alice' });
  await tab.fetch('/api/echo');
  world.app.tokenHost.calls.length = 0;
  await world.profile.stopWorkers();
  await tab.page.reload();
  await tab.register({ identity: 'alice' });

  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(world.app.tokenHost.calls).toEqual([]);
});

// In Firefox the requests of a worker that is stopped fail.
onlyIn(test, 'chromium')(
  '25 · killed in mid-refresh: the waiting page gets its answer, with one provider call more at most',
  async ({ world }) => {
    const tab = await world.openTab('a');
    await tab.register();
    await tab.fetch('/api/echo');
    world.app.issuer.revokeAll();
    world.app.tokenHost.calls.length = 0;
    tab.behave({ kind: 'token', delayMs: 1_500 });
    const waiting = tab.fetch('/api/report');
    await expect.poll(() => world.app.tokenHost.calls.length).toBe(1);
    await world.profile.stopWorkers();

    expect(await waiting).toMatchObject({ status: 200 });
    expect(world.app.tokenHost.calls.length).toBeLessThanOrEqual(2);
  },
);

test('killed while a page waits for getAccessToken: it gets the token', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register();
  tab.behave({ kind: 'token', delayMs: 1_500 });
  const waiting = tab.getAccessToken();
  await expect.poll(() => tab.providerCalls.length).toBe(1);
  await world.profile.stopWorkers();

  const killedAtMs = Date.now();
  expect(await waiting).toEqual({ ok: true, value: world.app.issuer.issued.at(-1)?.token });
  // The port that it waits on died without a sign; far from what a provider may take.
  expect(Date.now() - killedAtMs).toBeLessThan(8_000);
});

test('26 · with storage: memory a woken worker asks the page, and nothing of the token was ever stored', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register({ storage: 'memory' });
  await tab.fetch('/api/echo');
  const dump = await tab.evaluate(() => harness.dumpStorage());
  for (const { token } of world.app.issuer.issued) {
    for (const part of token.split('.')) expect(dump).not.toContain(part.slice(0, 40));
  }
  world.app.seen.clear();
  await world.profile.stopWorkers();

  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(world.app.seen.at('/api/echo')).toHaveLength(1);
  expect(tab.providerCalls).toHaveLength(2);
});

test('53 · a record in storage that is damaged reads as none: the request gets a new token', async ({
  world,
}) => {
  const tab = await world.openTab('a', { holder: ALICE });
  await tab.register();
  await tab.fetch('/api/echo');
  await tab.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const open = indexedDB.open(name ?? '');
        open.onsuccess = () => resolve(open.result);
        open.onerror = () => reject(open.error!);
      });
      for (const store of database.objectStoreNames) {
        const transaction = database.transaction(store, 'readwrite');
        const cursor = transaction.objectStore(store).openCursor();
        cursor.onsuccess = () => {
          cursor.result?.update({ version: 'who knows', slots: [null, 7], token: { token: 1 } });
          cursor.result?.continue();
        };
        await new Promise((resolve) => (transaction.oncomplete = resolve));
      }
      database.close();
    }
  });
  await world.profile.stopWorkers();

  expect(await tab.fetch('/api/report')).toMatchObject({ status: 200 });
  expect(tab.providerCalls).toHaveLength(2);
});

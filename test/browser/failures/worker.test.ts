import { expect } from 'vitest';
import { test } from '../support/faults.js';
import type { Tab } from '../support/tab.js';
import type { World } from '../support/world.js';

async function readyTab(world: World, name = 'a'): Promise<Tab> {
  const tab = await world.openTab(name);
  await tab.register();
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  return tab;
}

for (const [moment, what] of [
  ['before-read', 'woken, and its store not read yet'],
  ['while-asked', 'a provider called, and no answer there yet'],
  ['before-write', 'a token there, and not stored yet'],
  ['mid-replay', 'the request sent again, and not answered yet'],
] as const) {
  test(`25 · the worker is killed, ${what}: the request is answered, the lock is free, and the provider is called once more at most`, async ({
    world,
    faults,
  }) => {
    const tab = await readyTab(world);
    if (moment !== 'before-read') world.app.issuer.revokeAll();
    world.app.tokenHost.calls.length = 0;

    expect(await faults.kills.during(moment, tab, '/api/report')).toMatchObject({ status: 200 });
    expect(tab.providerCalls.length).toBeLessThanOrEqual(moment === 'before-read' ? 0 : 2);
    const { held, pending } = await tab.evaluate(() => navigator.locks.query());
    expect([...(held ?? []), ...(pending ?? [])]).toEqual([]);
    const calls = tab.providerCalls.length;
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    expect(tab.providerCalls).toHaveLength(calls);
  });
}

test('28 · a newer build that speaks the same takes over under an open page: its requests go on, no provider is called, the page is not reloaded', async ({
  world,
  faults,
}) => {
  const old = await readyTab(world, 'a');
  await old.evaluate(() => Object.assign(globalThis, { since: 'the first load' }));
  await old.evaluate(() => harness.traffic.start('/api/echo', 20));
  faults.versions.rebuildWorker();
  await (await world.openTab('b')).register();
  const samples = await old.evaluate(() => harness.traffic.stop());

  expect(samples.filter(({ status }) => status !== 200)).toEqual([]);
  expect(await old.fetch('/api/report')).toMatchObject({ status: 200 });
  expect(old.providerCalls).toHaveLength(1);
  expect(await old.evaluate(() => (globalThis as { since?: string }).since)).toBe('the first load');
});

test('28 · a worker of a newer protocol takes over under an old page: its requests still go out, in time, and it is not reloaded', async ({
  world,
  faults,
}) => {
  const old = await readyTab(world, 'a');
  await old.evaluate(() => Object.assign(globalThis, { since: 'the first load' }));
  faults.versions.setWorker(2);
  const young = await world.openTab('b');
  await faults.versions.setPage(young.page, 2);
  await young.register();
  world.app.issuer.revokeAll();
  world.app.seen.clear();

  expect(await young.fetch('/api/report')).toMatchObject({ status: 200 });
  const answer = await old.fetch('/api/open/echo');
  expect(answer).toMatchObject({ status: 200 });
  expect(answer.elapsedMs).toBeLessThan(4_000);
  expect(await old.evaluate(() => (globalThis as { since?: string }).since)).toBe('the first load');
});

test('28 · a newer page finds a worker of an older protocol that does not give way: a typed error says so, and its requests go out', async ({
  world,
  faults,
}) => {
  await readyTab(world, 'a');
  const young = await world.openTab('b');
  await faults.versions.setPage(young.page, 2);

  expect(await young.tryRegister()).toMatchObject({
    ok: false,
    error: { typed: true, code: expect.stringMatching(/^(protocol-mismatch|worker-unavailable)$/) as string },
  });
  expect(await young.fetch('/api/open/echo')).toMatchObject({ status: 200 });
});

test('the first word of a page is lost, and every later message doubled, delayed or overtaken, at either end: one token, each event once', async ({
  world,
  faults,
}) => {
  faults.messages.inWorker(
    { type: 'ask', fault: 'doubled' },
    { type: 'done', fault: 'doubled' },
    { type: 'ack', fault: 'delayed', delayMs: 50 },
  );
  const tab = await world.openTab('a');
  await faults.messages.inPage(
    tab,
    { type: 'hello', fault: 'dropped', times: 1 },
    { type: 'ack', fault: 'overtaken' },
    { type: 'answer', fault: 'doubled' },
    { type: 'getToken', fault: 'delayed', delayMs: 50 },
  );
  await tab.register();
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(await tab.getAccessToken({ forceRefresh: true })).toMatchObject({ ok: true });

  expect(tab.providerCalls).toHaveLength(2);
  await expect.poll(async () => (await tab.events('tokenRefreshed')).length).toBe(2);
});

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
  const tab = await readyTab(world);
  await tab.evaluate(() => {
    Object.assign(globalThis, { since: 'the first load' });
    // Chromium lets a worker take over between two requests of the old one, and not while there is always one.
    harness.traffic.start('/api/echo', 250, 1);
  });
  faults.versions.rebuildWorker();
  await faults.versions.takeOver(tab.page);
  const samples = await tab.evaluate(() => harness.traffic.stop());

  expect(samples.filter(({ status }) => status !== 200)).toEqual([]);
  expect(await tab.fetch('/api/report')).toMatchObject({ status: 200 });
  expect(tab.providerCalls).toHaveLength(1);
  expect(await tab.evaluate(() => (globalThis as { since?: string }).since)).toBe('the first load');
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
  expect(await tab.settledEvents('tokenRefreshed', 2)).toHaveLength(2);
});

import { expect } from 'vitest';
import type { Tab } from './support/tab.js';
import { onlyIn, test } from './support/world.js';
import type { World } from './support/world.js';

async function fiveTabs(world: World, lifeSeconds: number): Promise<Tab[]> {
  const tabs: Tab[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    const tab = await world.openTab(name, { lifeSeconds });
    await tab.register();
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    tabs.push(tab);
  }
  world.app.tokenHost.calls.length = 0;
  world.app.seen.clear();
  return tabs;
}

async function fortyFromEach(tabs: readonly Tab[]): Promise<number[]> {
  const bursts = await Promise.all(
    tabs.map((tab) => tab.evaluate(() => harness.traffic.burst('/api/echo', 40))),
  );
  return bursts.flat().map(({ status }) => status);
}

const TWO_HUNDRED_GOOD = Array.from({ length: 200 }, () => 200);

test('5 tabs × 40 requests on a refused token: one provider call, 200 answers of 200', async ({ world }) => {
  const tabs = await fiveTabs(world, 300);
  world.app.issuer.revokeAll();

  expect(await fortyFromEach(tabs)).toEqual(TWO_HUNDRED_GOOD);
  expect(world.app.tokenHost.calls).toHaveLength(1);
  expect(world.app.tokenHost.calls[0]?.reason).toBe('rejected');
});

test('5 tabs × 40 requests on an expired token: one provider call, nothing refused', async ({ world }) => {
  const tabs = await fiveTabs(world, 4);
  await new Promise((resolve) => setTimeout(resolve, 4_500));
  world.app.tokenHost.calls.length = 0;
  for (const { name } of tabs) world.app.tokenHost.setLifeSeconds(name, 300);

  expect(await fortyFromEach(tabs)).toEqual(TWO_HUNDRED_GOOD);
  expect(world.app.tokenHost.calls).toHaveLength(1);
  expect(world.app.seen.at('/api/echo')).toHaveLength(200);
});

test('the same 200 requests in one burst while the provider takes its time share one wait', async ({
  world,
}) => {
  const tabs = await fiveTabs(world, 300);
  world.app.issuer.revokeAll();
  for (const tab of tabs) tab.behave({ kind: 'token', delayMs: 1_000 });

  expect(await fortyFromEach(tabs)).toEqual(TWO_HUNDRED_GOOD);
  expect(world.app.tokenHost.calls).toHaveLength(1);
});

test('5 · the tab that was asked closes in mid-refresh: another tab’s provider serves the ones that wait', async ({
  world,
}) => {
  const tabs = await fiveTabs(world, 300);
  world.app.issuer.revokeAll();
  for (const tab of tabs) tab.behave({ kind: 'token', delayMs: 2_000 });
  const first = tabs[0]!;
  const rest = tabs.slice(1);
  void first.evaluate(() => void harness.answer('/api/echo'));
  await expect.poll(() => world.app.tokenHost.calls.length).toBe(1);
  expect(world.app.tokenHost.calls[0]?.tab).toBe('a');
  const waiting = Promise.all(rest.map((tab) => tab.fetch('/api/echo')));
  for (const tab of rest) tab.behave({ kind: 'token' });
  await first.page.close();

  const answers = await waiting;
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  // Far from the ten seconds that its provider would have had.
  expect(Math.max(...answers.map(({ elapsedMs }) => elapsedMs))).toBeLessThan(5_000);
});

onlyIn(test, 'chromium')(
  'a worker’s request finds one tab frozen: the other of its identity answers, within the bound',
  async ({ world }) => {
    const tabs = await fiveTabs(world, 300);
    const last = tabs.at(-1)!;
    for (const tab of tabs.slice(0, 2)) await tab.page.freeze();
    world.app.issuer.revokeAll();
    const startedAtMs = Date.now();
    const answer = await last.evaluate(() => harness.dedicatedWorkerFetch('/api/echo'));

    expect(answer).toMatchObject({ status: 200 });
    // About a second for each of the frozen two to acknowledge, and the machine's own time.
    expect(Date.now() - startedAtMs).toBeLessThan(5_000);
  },
);

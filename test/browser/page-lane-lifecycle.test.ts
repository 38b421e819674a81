import { expect } from 'vitest';
import { windowedTest as test } from './support/faults.js';
import { knowNewest } from './support/know-newest.js';
import type { Tab } from './support/tab.js';
import type { World } from './support/world.js';

/** Tabs in lanes of their own, of one identity, which have heard of the newest token, that of the last. */
async function laneTabs(world: World, ...names: string[]): Promise<Tab[]> {
  world.app.workerScript = 'missing';
  const tabs: Tab[] = [];
  for (const name of names) {
    const tab = await world.openTab(name);
    expect(await tab.register({ getTokenTimeoutSeconds: 5 })).toBe('page');
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    tabs.push(tab);
  }
  await knowNewest(world, tabs);
  world.app.tokenHost.calls.length = 0;
  world.app.seen.clear();
  return tabs;
}

test('6 · a page in its own lane is frozen while it refreshes: it lets go of the lock, and the next tab goes on at once', async ({
  world,
}) => {
  const [frozen, other] = await laneTabs(world, 'a', 'b');
  world.app.issuer.revokeAll();
  frozen!.behave({ kind: 'token', delayMs: 3000 });
  void frozen!.evaluate(() => void harness.answer('/api/report'));
  await expect.poll(() => frozen!.providerCalls.length).toBe(1);
  await frozen!.page.freeze();
  const answer = await other!.fetch('/api/echo');
  expect(answer).toMatchObject({ status: 200 });
  expect(answer.elapsedMs).toBeLessThan(2500);
  await frozen!.page.thaw();
  await expect.poll(() => world.app.seen.at('/api/report').at(-1)?.status, { timeout: 10_000 }).toBe(200);
});

test('5 · a page in its own lane is closed while it refreshes: the next tab goes on', async ({
  world,
  faults,
}) => {
  const [closing, other] = await laneTabs(world, 'a', 'b');
  world.app.issuer.revokeAll();
  const held = faults.network.hold('/mint');
  void closing!.evaluate(() => void harness.answer('/api/report'));
  await held.arrived;
  const answer = other!.fetch('/api/echo');
  await expect.poll(() => world.app.seen.at('/api/echo').length).toBe(1);
  await closing!.page.close();
  held.release();
  expect(await answer).toMatchObject({ status: 200 });
});

test('22, 41 · a page in its own lane is frozen while another tab logs out: thawed, its first request has no old token', async ({
  world,
}) => {
  const [frozen, other] = await laneTabs(world, 'a', 'b');
  await frozen!.evaluate(() => {
    document.addEventListener('resume', () => void harness.answer('/api/open/echo'));
  });
  await frozen!.page.freeze();
  await other!.logout();
  await frozen!.page.thaw();
  await expect.poll(() => world.app.seen.at('/api/open/echo').length).toBe(1);
  expect(world.app.seen.only('/api/open/echo').authorization).toEqual([]);
  await expect.poll(async () => (await frozen!.events('loggedOut')).length).toBe(1);
});

test('22 · a page in its own lane comes out of the back/forward cache after a logout elsewhere: no old token', async ({
  world,
}) => {
  const [cached, other] = await laneTabs(world, 'a', 'b');
  await cached!.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => {
      Object.assign(globalThis, { persisted });
      void harness.answer('/api/open/echo');
    });
  });
  await cached!.page.goto(`${world.app.elsewhere}/landed`);
  await other!.logout();
  await cached!.page.back();
  // The page was eligible: what came back is the one that was left.
  await expect
    .poll(() => cached!.evaluate(() => (globalThis as { persisted?: boolean }).persisted))
    .toBe(true);
  await expect.poll(() => world.app.seen.at('/api/open/echo').length).toBe(1);
  expect(world.app.seen.only('/api/open/echo').authorization).toEqual([]);
  await expect.poll(async () => (await cached!.events('loggedOut')).length).toBe(1);
});

test('22 · a page in its own lane is frozen while another logs out: a keepalive fetch at its return carries no old token', async ({
  world,
}) => {
  const [other] = await laneTabs(world, 'a');
  const frozen = await world.openTab('b');
  // Its listener is older than ours.
  await frozen.evaluate(() =>
    document.addEventListener('resume', () => void fetch('/api/open/echo', { keepalive: true })),
  );
  await frozen.register();
  await frozen.fetch('/api/echo');
  await frozen.page.freeze();
  await other!.logout();
  await frozen.page.thaw();
  await expect.poll(() => world.app.seen.at('/api/open/echo').length).toBe(1);
  expect(world.app.seen.only('/api/open/echo').authorization).toEqual([]);
});

import { expect } from 'vitest';
import { windowedTest as test } from '../support/faults.js';
import type { Tab } from '../support/tab.js';
import type { World } from '../support/world.js';

async function readyTabs(world: World, ...names: string[]): Promise<Tab[]> {
  const tabs: Tab[] = [];
  for (const name of names) {
    const tab = await world.openTab(name);
    await tab.register({ getTokenTimeoutSeconds: 1 });
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    tabs.push(tab);
  }
  world.app.tokenHost.calls.length = 0;
  world.app.seen.clear();
  return tabs;
}

/** Leaves for a page that is not the app's, so that the tab's page is in the back/forward cache. */
async function leave(world: World, tab: Tab): Promise<void> {
  await tab.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
  });
  await tab.page.goto(`${world.app.elsewhere}/landed`);
}

async function comeBack(tab: Tab): Promise<void> {
  await tab.page.back();
  // The page was eligible: what came back is the one that was left.
  await expect.poll(() => tab.evaluate(() => (globalThis as { persisted?: boolean }).persisted)).toBe(true);
}

test('6 · the tab that was asked freezes in mid-refresh: the other waits for a bounded time, and what the first brings once thawed changes nothing', async ({
  world,
  faults,
}) => {
  const [frozen, waiting] = await readyTabs(world, 'a', 'b');
  world.app.issuer.revokeAll();
  const held = faults.network.hold('/mint');
  void frozen!.evaluate(() => void harness.answer('/api/report'));
  await held.arrived;
  await frozen!.page.freeze();
  const answer = await waiting!.fetch('/api/echo');
  const { id } = world.app.issuer.issued.at(-1)!;

  expect(answer).toMatchObject({ status: 200 });
  // A second for the provider that was called, half a second for its page, and the machine's own time.
  expect(answer.elapsedMs).toBeLessThan(3_000);
  held.release();
  await frozen!.page.thaw();
  await expect.poll(() => world.app.tokenHost.calls.length).toBe(2);
  await expect.poll(() => world.app.seen.at('/api/report').length).toBe(2);
  await waiting!.fetch('/api/echo');
  expect(world.app.seen.at('/api/echo').at(-1)?.judgement.claims?.jti).toBe(id);
});

test('21, 52 · hidden for an hour, the token long expired: nothing was asked for meanwhile, and the first request gets a fresh one', async ({
  world,
  faults,
}) => {
  const [hidden] = await readyTabs(world, 'a');
  const front = await world.openTab('z');
  await front.page.show();
  await faults.clocks.pass(3_600);
  expect(await hidden!.evaluate(() => document.visibilityState)).toBe('hidden');
  await world.profile.stopWorkers();
  world.app.seen.clear();
  // The hour is the clock's; this is for whatever would run on a timer. A worker that is woken tells of reading its store.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  // The browser itself looks for a newer worker a second after a page was loaded.
  expect(world.app.seen.all.filter(({ path }) => path !== '/bearer-worker.js')).toEqual([]);
  await faults.clocks.pass(0);
  world.app.seen.clear();

  expect(await hidden!.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(world.app.seen.only('/api/echo').judgement.verdict).toBe('good');
  expect(hidden!.providerCalls.map(({ reason }) => reason)).toEqual(['expired']);
});

test('22 · a page comes out of the back/forward cache after a logout elsewhere: it sends no old token, and is told', async ({
  world,
}) => {
  const [cached, other] = await readyTabs(world, 'a', 'b');
  await leave(world, cached!);
  await other!.logout();
  await comeBack(cached!);

  expect(await cached!.fetch('/api/echo')).toMatchObject({ status: 401 });
  expect(world.app.seen.only('/api/echo').judgement.verdict).toBe('missing');
  expect(await cached!.getAccessToken()).toMatchObject({ ok: false, error: { code: 'logged-out' } });
  expect(world.app.tokenHost.calls).toEqual([]);
});

test('23 · of three tabs the visible one is frozen and one is in the back/forward cache: neither acknowledges, and after a second the next is asked', async ({
  world,
}) => {
  const [cached, next, frozen] = await readyTabs(world, 'a', 'b', 'c');
  await leave(world, cached!);
  await frozen!.page.show();
  await frozen!.page.freeze();
  world.app.issuer.revokeAll();
  const startedAtMs = Date.now();
  const answer = await next!.evaluate(() => harness.dedicatedWorkerFetch('/api/echo'));
  const elapsedMs = Date.now() - startedAtMs;

  expect(answer).toMatchObject({ status: 200 });
  expect(world.app.tokenHost.calls.map(({ tab }) => tab)).toEqual(['b']);
  expect(elapsedMs).toBeGreaterThan(900);
  expect(elapsedMs).toBeLessThan(3_000);
  await comeBack(cached!);
  expect(await cached!.fetch('/api/report')).toMatchObject({ status: 200 });
});

test('24 · no page acknowledges: a request ends within its bound with our own 401 that says why, and so does getAccessToken', async ({
  world,
  faults,
}) => {
  const tab = await world.openTab('a');
  await tab.register({ onUnavailable: 'fail', getTokenTimeoutSeconds: 1 });
  await faults.messages.inPage(
    tab,
    ...['ack', 'answer', 'failed'].map((type) => ({ type, fault: 'dropped' as const })),
  );
  const answer = await tab.fetch('/api/echo');

  expect(answer).toMatchObject({ status: 401 });
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'no-client' });
  expect(answer.elapsedMs).toBeLessThan(3_000);
  const startedAtMs = Date.now();
  const asked = await tab.getAccessToken({ forceRefresh: true });
  expect(asked).toMatchObject({ ok: false, error: { typed: true, code: 'no-client' } });
  expect(Date.now() - startedAtMs).toBeLessThan(3_000);
});

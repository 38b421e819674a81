import { expect } from 'vitest';
import { test } from '../support/faults.js';
import type { Tab } from '../support/tab.js';
import type { World } from '../support/world.js';

const LIFE = 300;

async function readyTab(world: World, name = 'a'): Promise<Tab> {
  const tab = await world.openTab(name, { lifeSeconds: LIFE });
  await tab.register({ getTokenTimeoutSeconds: 1 });
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  await tab.forgetEvents();
  return tab;
}

/** A request every 50 ms for as long as the first backoff may take. */
function twoSeconds(tab: Tab): Promise<number[]> {
  return tab.evaluate(async () => {
    harness.traffic.start('/api/echo', 50);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    return (await harness.traffic.stop()).map(({ status }) => status);
  });
}

test('4 · the provider of one tab never settles: it times out, another tab of the identity is asked, and the lock is free', async ({
  world,
}) => {
  const [hanging, other] = [await readyTab(world, 'a'), await readyTab(world, 'b')];
  world.app.issuer.revokeAll();
  hanging.behave({ kind: 'hang' });
  world.app.tokenHost.calls.length = 0;

  expect(await hanging.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(world.app.tokenHost.calls.map(({ tab }) => tab)).toEqual(['a', 'b']);
  expect((await other.evaluate(() => navigator.locks.query())).held).toEqual([]);
});

for (const { row, what, behaviour, calls } of [
  {
    row: 11,
    what: 'getToken refuses',
    behaviour: { kind: 'reject', message: 'logged out of the host' },
    // At 0, after half a second to a second, and after one to two more.
    calls: 3,
  },
  // Each of them takes its second.
  { row: 55, what: 'getToken never settles', behaviour: { kind: 'hang' }, calls: 2 },
] as const) {
  test(`${row} · logged out of the host, where ${what}: once the token has ended nothing is sent with it, one reauthRequired, no loop`, async ({
    world,
    faults,
  }) => {
    const tab = await readyTab(world);
    tab.behave(behaviour);
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    await faults.clocks.pass(LIFE + 1);
    world.app.tokenHost.calls.length = 0;
    world.app.seen.clear();
    const statuses = await twoSeconds(tab);

    expect(statuses.length).toBeGreaterThan(20);
    expect(new Set(statuses)).toEqual(new Set([401]));
    const verdicts = world.app.seen.at('/api/echo').map(({ judgement }) => judgement.verdict);
    expect(new Set(verdicts)).toEqual(new Set(['missing']));
    expect(tab.providerCalls.length).toBeGreaterThan(0);
    expect(tab.providerCalls.length).toBeLessThanOrEqual(calls);
    await expect.poll(async () => (await tab.events('refreshError')).length).toBe(tab.providerCalls.length);
    expect(await tab.events('reauthRequired')).toHaveLength(1);
  });
}

test('12 · the provider gives the same token again, or new ones that have nearly ended: it is sent while it lasts, and the provider is not stormed', async ({
  world,
  faults,
}) => {
  const tab = await readyTab(world);
  await faults.clocks.pass(LIFE - 15);
  for (const misbehave of [
    () => tab.behave({ kind: 'same' }),
    () => {
      faults.clocks.setAge(LIFE - 12);
      tab.behave({ kind: 'token' });
    },
  ]) {
    misbehave();
    const calls = tab.providerCalls.length;
    const statuses = await twoSeconds(tab);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    // At 0, and then half a second to a second apart.
    expect(tab.providerCalls.length - calls).toBeLessThanOrEqual(5);
    // What is left of the wait after the last of them is not known.
    const calledSince = async (): Promise<number> => {
      await tab.fetch('/api/echo');
      return tab.providerCalls.length - calls;
    };
    await expect.poll(calledSince, { timeout: 5000, interval: 200 }).toBeGreaterThan(0);
  }
});

test('44 · the provider gives a token older than the one there is: it is ignored, and the newer one is sent on', async ({
  world,
  faults,
}) => {
  const tab = await readyTab(world);
  const newer = world.app.issuer.issued.at(-1)!;
  faults.clocks.setAge(60);
  await tab.getAccessToken({ forceRefresh: true });
  const older = world.app.issuer.issued.at(-1)!;
  expect(older.issuedAtSeconds).toBeLessThan(newer.issuedAtSeconds);

  expect(await tab.fetch('/api/report')).toMatchObject({ status: 200 });
  expect(world.app.seen.only('/api/report').judgement.claims?.jti).toBe(newer.id);
  await world.profile.stopWorkers();
  await tab.fetch('/api/report?woken');
  expect(world.app.seen.at('/api/report').at(-1)?.judgement.claims?.jti).toBe(newer.id);
});

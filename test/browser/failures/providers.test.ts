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

test('11, 55 · logged out of the host, where getToken refuses in one tab and never settles in another: once the token has ended nothing is sent with it, one reauthRequired each, no loop', async ({
  world,
  faults,
}) => {
  const [refusing, hanging] = [await readyTab(world, 'a'), await readyTab(world, 'b')];
  refusing.behave({ kind: 'reject', message: 'logged out of the host' });
  hanging.behave({ kind: 'hang' });
  expect(await refusing.fetch('/api/echo')).toMatchObject({ status: 200 });
  await faults.clocks.pass(LIFE + 1);
  world.app.tokenHost.calls.length = 0;
  world.app.seen.clear();
  const statuses = (await Promise.all([refusing, hanging].map((tab) => twoSeconds(tab)))).flat();

  expect(statuses.length).toBeGreaterThan(40);
  expect(new Set(statuses)).toEqual(new Set([401]));
  expect(new Set(world.app.seen.at('/api/echo').map(({ judgement }) => judgement.verdict))).toEqual(
    new Set(['missing']),
  );
  // One refresh asks the two of them; there may be one more once the first backoff is over.
  expect(world.app.tokenHost.calls.length).toBeLessThanOrEqual(4);
  for (const tab of [refusing, hanging]) {
    await expect.poll(async () => (await tab.events('reauthRequired')).length).toBe(1);
  }
});

test('12 · the provider gives the same token again, or new ones that have nearly ended: it is sent while it lasts, and the provider is called less and less', async ({
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
    expect(tab.providerCalls.length - calls).toBeGreaterThan(0);
    expect(tab.providerCalls.length - calls).toBeLessThanOrEqual(4);
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

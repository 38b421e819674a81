import { expect } from 'vitest';
import { test } from '../support/faults.js';
import type { Tab } from '../support/tab.js';
import type { World } from '../support/world.js';

const HOUR = 3_600;
const LIFE = 300;

async function readyTab(world: World, name = 'a'): Promise<Tab> {
  const tab = await world.openTab(name, { lifeSeconds: LIFE });
  await tab.register();
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  return tab;
}

function twenty(tab: Tab): Promise<number[]> {
  return tab.evaluate(async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 20; count += 1) statuses.push((await harness.answer('/api/echo')).status);
    return statuses;
  });
}

const TWENTY_GOOD = Array.from({ length: 20 }, () => 200);

function skewOf(tab: Tab): Promise<number> {
  return tab.evaluate(async () => (await harness.registrations.at().getStatus()).clockSkewSeconds);
}

test('1, 2 · fifty requests of one tab on an expired token, then one of each of ten tabs on the next: one provider call each time, nothing sent with the old', async ({
  world,
  faults,
}) => {
  const tabs: Tab[] = [];
  for (const name of 'abcdefghij') tabs.push(await readyTab(world, name));
  for (const send of [
    () => tabs[0]!.evaluate(() => harness.traffic.burst('/api/report', 50)),
    () => Promise.all(tabs.map((tab) => tab.fetch('/api/report'))),
  ]) {
    await faults.clocks.pass(LIFE + 1);
    world.app.tokenHost.calls.length = 0;
    world.app.seen.clear();
    const answers = await send();

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(world.app.tokenHost.calls.map(({ reason }) => reason)).toEqual(['expired']);
    const { id } = world.app.issuer.issued.at(-1)!;
    const sent = world.app.seen.at('/api/report').map(({ judgement }) => judgement.claims?.jti);
    expect(sent).toEqual(answers.map(() => id));
  }
});

test('16 · the device’s clock is an hour ahead: one provider call serves every request, and the skew is learnt', async ({
  world,
  faults,
}) => {
  await faults.clocks.setDevice(HOUR);
  const tab = await readyTab(world);

  expect(await twenty(tab)).toEqual(TWENTY_GOOD);
  expect(tab.providerCalls).toHaveLength(1);
  expect(await skewOf(tab)).toBeCloseTo(-HOUR, -1);
});

test('17 · the device’s clock falls back an hour, the token ends unnoticed: the 401 forces one refresh, and the next end is seen in time', async ({
  world,
  faults,
}) => {
  const tab = await readyTab(world);
  await faults.clocks.setDevice(-HOUR);
  await faults.clocks.pass(LIFE + 1);
  world.app.seen.clear();
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });

  expect(world.app.seen.all.filter(({ path }) => path === '/api/echo').map(({ status }) => status)).toEqual([
    401, 200,
  ]);
  expect(tab.providerCalls.map(({ reason }) => reason)).toEqual(['initial', 'rejected']);
  expect(await skewOf(tab)).toBeCloseTo(HOUR, -1);
  await faults.clocks.pass(LIFE + 1);
  world.app.seen.clear();
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(world.app.seen.only('/api/echo').status).toBe(200);
});

test('18 · the device’s clock jumps ahead and back in mid-session: each time the next request decides afresh, all are answered, no provider is stormed', async ({
  world,
  faults,
}) => {
  const tab = await readyTab(world);
  for (const seconds of [HOUR, -HOUR, 0]) {
    await faults.clocks.setDevice(seconds);
    const calls = tab.providerCalls.length;
    expect(await twenty(tab)).toEqual(TWENTY_GOOD);
    expect(tab.providerCalls.length - calls).toBeLessThanOrEqual(1);
  }
  await faults.clocks.pass(LIFE + 1);
  world.app.seen.clear();
  expect(await twenty(tab)).toEqual(TWENTY_GOOD);
  // It may be that only a 401 tells what the time is: of one request, and not of the next.
  expect(world.app.seen.all.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(1);
});

test('19 · by the device’s clock a token’s nbf and iat are still to come: it is sent at once, and asked for once', async ({
  world,
  faults,
}) => {
  await faults.clocks.setDevice(-30);
  const nbf = Math.floor(Date.now() / 1000);
  const holder = { iss: 'tenant-foo', sub: 'alice', nbf };
  const tab = await world.openTab('a', { holder, lifeSeconds: LIFE });
  await tab.register();

  expect(await twenty(tab)).toEqual(TWENTY_GOOD);
  expect(tab.providerCalls).toHaveLength(1);
  expect(world.app.seen.at('/api/echo')).toHaveLength(20);
});

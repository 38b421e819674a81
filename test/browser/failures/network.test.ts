import { expect } from 'vitest';
import { test } from '../support/faults.js';
import type { Tab } from '../support/tab.js';
import type { World } from '../support/world.js';

const LIFE = 300;

async function readyTab(world: World): Promise<Tab> {
  const tab = await world.openTab('a', { lifeSeconds: LIFE });
  await tab.register({ getTokenTimeoutSeconds: 1 });
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  world.app.seen.clear();
  return tab;
}

test('20 · asleep for eight hours, awake without a network: the first request ends within its bound, and once online the next is answered at once', async ({
  world,
  faults,
}) => {
  const tab = await readyTab(world);
  await world.profile.stopWorkers();
  await faults.clocks.pass(8 * 3_600);
  const mend = await faults.network.cut(tab.page);
  for (let count = 0; count < 3; count += 1) {
    const answer = await tab.fetch('/api/echo');
    expect(answer).toMatchObject({ status: 0, error: 'TypeError' });
    expect(answer.elapsedMs).toBeLessThan(5_000);
  }
  await tab.evaluate(() => {
    Object.assign(globalThis, { online: new Promise((resolve) => addEventListener('online', resolve)) });
  });
  await mend();
  await tab.evaluate(async () => {
    await (globalThis as { online?: Promise<unknown> }).online;
  });

  await tab.evaluate(() => harness.registrations.at().getStatus());
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
});

test('37 · every redirect from a covered path to another origin takes no token there, whether of the same site or not', async ({
  world,
}) => {
  const { app } = world;
  const tab = await readyTab(world);
  const statuses = [301, 302, 303, 307, 308];
  for (const status of statuses) {
    for (const origin of [app.elsewhere, app.attacker]) {
      const to = encodeURIComponent(`${origin}/other/echo`);
      await tab.fetch(`/api/open/redirect?status=${status}&to=${to}`);
      await tab.evaluate((url) => harness.image(url), `/api/open/redirect?status=${status}&to=${to}&image`);
    }
  }

  const hops = app.seen.at('/api/open/redirect');
  expect(hops).toHaveLength(statuses.length * 4);
  expect(new Set(hops.map(({ judgement }) => judgement.verdict))).toEqual(new Set(['good']));
  expect(app.seenElsewhere.all.length).toBeGreaterThan(0);
  expect(app.seenElsewhere.all.flatMap(({ authorization }) => authorization)).toEqual([]);
});

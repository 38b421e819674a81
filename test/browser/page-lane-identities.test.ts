import { expect } from 'vitest';
import { test } from './support/faults.js';
import type { Tab } from './support/tab.js';
import { ALICE, BOB, onlyIn } from './support/world.js';
import type { World } from './support/world.js';

/** Two tabs in lanes of their own, of one user, each of which has read what the other stored. */
async function twoLanes(world: World): Promise<[switching: Tab, other: Tab]> {
  const switching = await world.openTab('a');
  await switching.register({ inPage: 'always' });
  expect(await switching.evaluate(() => harness.image('/api/picture.png?1'))).toBe(1);
  const other = await world.openTab('b');
  await other.register({ inPage: 'always' });
  expect(await other.getAccessToken({ forceRefresh: true })).toMatchObject({ ok: true });
  world.app.tokenHost.switchTo('a', BOB);
  await switching.register({ inPage: 'always' });
  return [switching, other];
}

async function expectNoneOfAlice(world: World, tab: Tab): Promise<void> {
  world.app.seen.clear();
  await tab.evaluate(() => harness.image('/api/picture.png?2'));
  const subjects = world.app.seen.at('/api/picture.png').map(({ judgement }) => judgement.claims?.sub);
  expect(subjects).toHaveLength(1);
  expect(subjects).not.toContain(ALICE.sub);
}

test('the user of a tab changes, the store is lost, another tab’s lane writes it anew: no picture carries the former user’s token', async ({
  world,
}) => {
  const [switching, other] = await twoLanes(world);
  await switching.evaluate(async () => void (await fetch('/forget')));
  await other.getAccessToken({ forceRefresh: true });
  const third = await world.openTab('c');
  await third.register();
  await expect.poll(() => switching.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await expectNoneOfAlice(world, switching);
});

test('the user of a tab changes, the store is damaged, the worker stopped: no picture carries the former user’s token', async ({
  world,
  faults,
}) => {
  const [switching, other] = await twoLanes(world);
  await faults.storage.damage(other.page, 'nonsense');
  await world.profile.stopWorkers();
  await other.getAccessToken({ forceRefresh: true });
  await world.profile.stopWorkers();
  await expectNoneOfAlice(world, switching);
});

onlyIn(test, 'chromium')(
  '23 · a page freezes as it is asked for its first token: once it is back, the first request gets one',
  async ({ world, faults }) => {
    const tab = await world.openTab('a');
    await tab.register({ getTokenTimeoutSeconds: 1 });
    const held = faults.network.hold('/mint');
    void tab.evaluate(() => void harness.answer('/api/report'));
    await held.arrived;
    await tab.page.freeze();
    held.release();
    // The worker gives up after a second and a half, and the request goes as it is.
    await expect.poll(() => world.app.seen.at('/api/report').length).toBe(1);
    await tab.page.thaw();
    // What the page says as it comes back, that it can be asked again, is a message; a request sent in the same moment
    // can be at the worker before it. A question that is answered after it is not.
    await tab.evaluate(() => harness.registrations.at().getStatus());
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  },
);

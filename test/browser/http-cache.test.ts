import { expect } from 'vitest';
import type { Tab } from './support/tab.js';
import { ALICE, BOB, test } from './support/world.js';

const URL_OF = '/api/open/cached';
const byFetch = async (tab: Tab): Promise<string> => (await tab.fetch(URL_OF)).body;
const byXhr = async (tab: Tab): Promise<string> =>
  (await tab.evaluate((url) => harness.xhr(url), URL_OF)).body;

for (const inPage of ['fallback', 'always'] as const) {
  test(`59 · inPage: '${inPage}': the user changes, and is never shown what the browser's cache has of the former one`, async ({
    world,
  }) => {
    const tab = await world.openTab('a', { holder: ALICE });
    await tab.register({ inPage });
    expect([await byFetch(tab), await byXhr(tab)]).toEqual([ALICE.iss, ALICE.iss]);
    world.app.tokenHost.switchTo('a', BOB);
    await tab.register({ inPage });
    expect([await byXhr(tab), await byFetch(tab)]).toEqual([BOB.iss, BOB.iss]);
    await world.profile.stopWorkers();
    await tab.page.reload();
    world.app.tokenHost.switchTo('a', ALICE);
    await tab.register({ inPage });
    expect([await byFetch(tab), await byXhr(tab)]).toEqual([ALICE.iss, ALICE.iss]);
  });

  test(`59 · inPage: '${inPage}': after a logout the page is not shown what the cache has of who was logged in`, async ({
    world,
  }) => {
    const tab = await world.openTab('a', { holder: ALICE });
    await tab.register({ inPage });
    expect(await byFetch(tab)).toBe(ALICE.iss);
    await tab.logout();
    expect([await byFetch(tab), await byXhr(tab)]).toEqual(['nobody', 'nobody']);
  });
}

test('59 · two tenants of one partition, turn by turn: each reads its own answer, though the cache has room for one', async ({
  world,
}) => {
  const a = await world.openTab('a', { holder: ALICE });
  const b = await world.openTab('b', { holder: BOB });
  await a.register();
  await b.register();
  for (let round = 0; round < 3; round += 1) {
    expect([await byFetch(a), await byFetch(b)]).toEqual([ALICE.iss, BOB.iss]);
    if (round === 1) await world.profile.stopWorkers();
  }
});

test('59 · one user only: the browser’s cache serves as it does without us', async ({ world }) => {
  const tab = await world.openTab('a', { holder: ALICE });
  await tab.register();
  for (let round = 0; round < 3; round += 1) expect(await byFetch(tab)).toBe(ALICE.iss);
  await world.profile.stopWorkers();
  expect(await byFetch(tab)).toBe(ALICE.iss);
  expect(world.app.seen.at(URL_OF)).toHaveLength(1);
});

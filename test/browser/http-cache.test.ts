import { expect } from 'vitest';
import { engineName } from './support/start-engine.js';
import type { Tab } from './support/tab.js';
import { ALICE, BOB, onlyIn, test } from './support/world.js';
import type { World } from './support/world.js';

const URL_OF = '/api/open/cached';
const byFetch = async (tab: Tab): Promise<string> => (await tab.fetch(URL_OF)).body;
const byXhr = async (tab: Tab): Promise<string> =>
  (await tab.evaluate((url) => harness.xhr(url), URL_OF)).body;

/** What the worker knows of the cache's readers is in the store too. WebKit's driver has no means for it. */
const stopWorkers = async ({ profile }: World): Promise<void> => {
  if (engineName !== 'webkit') await profile.stopWorkers();
};

/** Each in a tab of its own, registered. */
async function twoTenants(world: World): Promise<[Tab, Tab]> {
  const a = await world.openTab('a', { holder: ALICE });
  const b = await world.openTab('b', { holder: BOB });
  await a.register();
  await b.register();
  return [a, b];
}

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
    await stopWorkers(world);
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

const OTHER_WAYS: Record<string, (tab: Tab) => Promise<{ body: string }>> = {
  'with no-store': (tab) => tab.fetch(URL_OF, { cache: 'no-store' }),
  'with no-cache': (tab) => tab.fetch(URL_OF, { cache: 'no-cache' }),
  'with a fragment': (tab) => tab.fetch(`${URL_OF}#top`),
  'with HEAD': (tab) => tab.fetch(URL_OF, { method: 'HEAD' }),
};

for (const [way, ask] of Object.entries(OTHER_WAYS)) {
  test(`59 · the second user asks ${way}: each of the two goes on reading his own answer`, async ({
    world,
  }) => {
    const [a, b] = await twoTenants(world);
    expect(await byFetch(a)).toBe(ALICE.iss);
    expect((await ask(b)).body).not.toBe(ALICE.iss);
    expect([await byFetch(b), await byFetch(a), await byFetch(b)]).toEqual([BOB.iss, ALICE.iss, BOB.iss]);
  });
}

test('59 · two tenants of one partition ask at once, again and again: each reads his own answer', async ({
  world,
}) => {
  const [a, b] = await twoTenants(world);
  for (let round = 0; round < 10; round += 1) {
    expect(await Promise.all([byFetch(a), byFetch(b)])).toEqual([ALICE.iss, BOB.iss]);
  }
});

test('59 · a document that a rule lets carry the token is not the one that the cache has of the former user', async ({
  world,
}) => {
  const covered = { include: [{ path: '/api/', navigations: true }] };
  const tab = await world.openTab('a', { holder: ALICE });
  const byFrame = async (url = URL_OF): Promise<string | undefined> => {
    await tab.evaluate((src) => {
      document.body.append(Object.assign(document.createElement('iframe'), { src }));
    }, url);
    const textOf = (): Promise<string | undefined> =>
      tab.evaluate(() => document.querySelector('iframe')?.contentDocument?.body?.textContent);
    await expect.poll(textOf, { timeout: 10_000 }).toBeTruthy();
    const text = await textOf();
    // It never registers, so while it is open a navigation that does not say whose it is might be anybody's.
    await tab.evaluate(() => document.querySelector('iframe')!.remove());
    return text;
  };
  await tab.register(covered);
  await tab.fetch('/api/echo');
  expect(await byFrame()).toBe(ALICE.iss);
  world.app.tokenHost.switchTo('a', BOB);
  await tab.register(covered);
  await tab.fetch('/api/echo');
  expect(await byFrame()).toBe(BOB.iss);
  world.app.tokenHost.switchTo('a', ALICE);
  await tab.register(covered);
  await tab.fetch('/api/echo');
  expect(await byFrame(`/api/redirect?to=${URL_OF}`)).toBe(ALICE.iss);
});

test('59 · two tenants of one partition, turn by turn: each reads its own answer, though the cache has room for one', async ({
  world,
}) => {
  const [a, b] = await twoTenants(world);
  for (let round = 0; round < 3; round += 1) {
    expect([await byFetch(a), await byFetch(b)]).toEqual([ALICE.iss, BOB.iss]);
    if (round === 1) await stopWorkers(world);
  }
});

onlyIn(
  test,
  'chromium',
  'firefox',
)('59 · one user only: the browser’s cache serves as it does without us', async ({ world }) => {
  const tab = await world.openTab('a', { holder: ALICE });
  await tab.register();
  for (let round = 0; round < 3; round += 1) expect(await byFetch(tab)).toBe(ALICE.iss);
  await stopWorkers(world);
  expect(await byFetch(tab)).toBe(ALICE.iss);
  expect(world.app.seen.at(URL_OF)).toHaveLength(1);
});

// The day that it keeps one, the test above is for it too, and those before it say something of it.
onlyIn(test, 'webkit')(
  'WebKitGTK keeps no answer for the next request under its driver, without us either',
  async ({ world }) => {
    const tab = await world.openTab('a', { holder: ALICE });
    for (let round = 0; round < 3; round += 1) expect(await byFetch(tab)).toBe('nobody');
    expect(world.app.seen.at(URL_OF)).toHaveLength(3);
  },
);

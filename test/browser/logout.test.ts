import { expect } from 'vitest';
import type { Tab } from './support/tab.js';
import { BOB, onlyIn, test } from './support/world.js';
import type { World } from './support/world.js';
import { findParts } from './support/token-parts.js';

async function openReady(world: World): Promise<{ first: Tab; second: Tab; stranger: Tab }> {
  const first = await world.openTab('a');
  const second = await world.openTab('b');
  const stranger = await world.openTab('c', { holder: BOB });
  for (const tab of [first, second, stranger]) {
    await tab.register();
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  }
  world.app.seen.clear();
  return { first, second, stranger };
}

function tokensOf(world: World, ...names: string[]): string[] {
  return world.app.tokenHost.calls.flatMap(({ tab, issued }) =>
    issued && names.includes(tab) ? [issued.token] : [],
  );
}

/** What a thief of the machine would find of these tokens, and not of the stranger's, whose claims begin alike. */
async function stored(world: World, tab: Tab, tokens: readonly string[]): Promise<string[]> {
  const dump = await tab.evaluate(() => harness.dumpStorage());
  const strange = tokensOf(world, 'c').join('\n');
  return findParts(tokens, dump).filter((part) => !strange.includes(part));
}

onlyIn(
  test,
  'chromium',
  'firefox',
)(
  '41 · logout in one tab: none of its identity sends a token any more, and storage holds no part of one',
  async ({ world }) => {
    const { first, second } = await openReady(world);
    const tokens = tokensOf(world, 'a', 'b');
    expect(await stored(world, first, tokens)).not.toEqual([]);
    await first.logout();
    // The moment it resolves, not a while later.
    const [own, other] = await Promise.all([
      first.fetch('/api/echo?from=a'),
      second.fetch('/api/echo?from=b'),
    ]);

    expect([own.status, other.status]).toEqual([401, 401]);
    expect(world.app.seen.at('/api/echo').map(({ authorization }) => authorization)).toEqual([[], []]);
    expect(await stored(world, first, tokens)).toEqual([]);
    const calls = world.app.tokenHost.calls.length;
    await world.profile.stopWorkers();
    await second.fetch('/api/report');
    expect(world.app.seen.only('/api/report').authorization).toEqual([]);
    expect(world.app.tokenHost.calls).toHaveLength(calls);
  },
);

test('logout in one tab leaves another identity alone', async ({ world }) => {
  const { first, stranger } = await openReady(world);
  const calls = world.app.tokenHost.calls.length;
  await first.logout();

  expect(await stranger.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(world.app.tokenHost.calls).toHaveLength(calls);
  expect(await stranger.events('loggedOut')).toEqual([]);
});

test('40 · logout while a refresh is under way: its waiters get logged-out, and its token is stored and sent nowhere', async ({
  world,
}) => {
  const { first, second } = await openReady(world);
  world.app.issuer.revokeAll();
  for (const tab of [first, second]) tab.behave({ kind: 'token', delayMs: 3_000 });
  const calls = world.app.tokenHost.calls.length;
  const waiting = first.getAccessToken({ forceRefresh: true });
  const refused = second.fetch('/api/echo');
  await expect.poll(() => world.app.tokenHost.calls.length).toBeGreaterThan(calls);
  await first.logout();

  expect(await waiting).toMatchObject({ ok: false, error: { code: 'logged-out' } });
  expect((await refused).status).toBe(401);
  await new Promise((resolve) => setTimeout(resolve, 3_500));
  expect(await stored(world, first, tokensOf(world, 'a', 'b'))).toEqual([]);
  world.app.seen.clear();
  await first.fetch('/api/echo');
  await second.fetch('/api/echo');
  expect(world.app.seen.at('/api/echo').map(({ authorization }) => authorization)).toEqual([[], []]);
});

test('after logout no provider is called, until the app asks for a token by force or registers again', async ({
  world,
}) => {
  const { first, second } = await openReady(world);
  await first.logout();
  const calls = world.app.tokenHost.calls.length;
  await second.fetch('/api/echo');
  expect(await second.getAccessToken()).toMatchObject({ ok: false, error: { code: 'logged-out' } });
  expect(world.app.tokenHost.calls).toHaveLength(calls);

  expect(await first.getAccessToken({ forceRefresh: true })).toMatchObject({ ok: true });
  expect(await first.fetch('/api/echo')).toMatchObject({ status: 200 });
  await first.logout();
  await first.register();
  expect(await first.fetch('/api/echo')).toMatchObject({ status: 200 });
});

test('logout is told once to each tab of the identity: local to the one that did it, remote to the others', async ({
  world,
}) => {
  const { first, second } = await openReady(world);
  await first.logout();

  expect((await second.settledEvents('loggedOut')).map(({ detail }) => detail)).toEqual([
    { origin: 'remote' },
  ]);
  expect((await first.events('loggedOut')).map(({ detail }) => detail)).toEqual([{ origin: 'local' }]);
});

test('logout by one of two injectors of a page: both hear of it, once', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.register();
  await tab.fetch('/api/echo');
  await tab.evaluate(() => harness.registrations.at(1).logout());
  const heard = await tab.settledEvents('loggedOut', 2);
  expect(heard.map(({ registration, detail }) => [registration, detail])).toEqual([
    [0, { origin: 'local' }],
    [1, { origin: 'local' }],
  ]);
});

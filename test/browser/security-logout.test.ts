import { expect } from 'vitest';
import type { Tab } from './support/tab.js';
import { findParts } from './support/token-parts.js';
import { BOB, test } from './support/world.js';
import type { World } from './support/world.js';

/** Two tabs of one user, of which one was loaded anew: its app has registered, and sent no covered request yet. */
async function openReloaded(world: World): Promise<{ reloaded: Tab; other: Tab }> {
  const reloaded = await world.openTab('a');
  const other = await world.openTab('b');
  for (const tab of [reloaded, other]) {
    await tab.register();
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  }
  await reloaded.page.reload();
  await reloaded.register();
  world.app.seen.clear();
  return { reloaded, other };
}

async function stored(world: World, tab: Tab): Promise<string[]> {
  const tokens = world.app.issuer.issued.map(({ token }) => token);
  return findParts(tokens, await tab.evaluate(() => harness.dumpStorage()));
}

test('logout right after a reload: the other tab of the user sends no token either, and storage holds none', async ({
  world,
}) => {
  const { reloaded, other } = await openReloaded(world);
  await reloaded.logout();
  const answers = await Promise.all([reloaded.fetch('/api/echo?from=a'), other.fetch('/api/echo?from=b')]);

  expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  expect(world.app.seen.at('/api/echo').map(({ authorization }) => authorization)).toEqual([[], []]);
  expect(await stored(world, other)).toEqual([]);
  await expect.poll(async () => (await other.events('loggedOut')).length).toBe(1);
  expect((await other.events('loggedOut'))[0]?.detail).toEqual({ origin: 'remote' });
});

test('logout right after a reload, while the provider fails: storage holds no token, and this tab sends none', async ({
  world,
}) => {
  const { reloaded, other } = await openReloaded(world);
  reloaded.behave({ kind: 'reject', message: 'offline' });
  await reloaded.logout();

  expect(await stored(world, other)).toEqual([]);
  expect(await reloaded.fetch('/api/echo?from=a')).toMatchObject({ status: 401 });
  expect(world.app.seen.only('/api/echo').authorization).toEqual([]);
});

test('logout and dispose in one tab: it goes bare, and not with the token of the user in another tab', async ({
  world,
}) => {
  const alice = await world.openTab('a');
  const bob = await world.openTab('b', { holder: BOB });
  for (const tab of [alice, bob]) {
    await tab.register();
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  }
  await bob.logout();
  await bob.evaluate(() => harness.registrations.at().dispose());
  world.app.seen.clear();
  for (let index = 0; index < 3; index += 1) await bob.fetch('/api/echo', { method: 'POST', body: 'x' });

  expect(world.app.seen.at('/api/echo').map(({ authorization }) => authorization)).toEqual([[], [], []]);
  expect(await alice.fetch('/api/echo')).toMatchObject({ status: 200 });
});

test('a page of bob that has not registered yet sends nothing as alice: no image, no GET, no POST', async ({
  world,
}) => {
  const alice = await world.openTab('a');
  await alice.register();
  await alice.fetch('/api/echo');
  const bob = await world.openTab('b', { holder: BOB });
  world.app.seen.clear();
  await bob.evaluate((url) => harness.image(url), '/api/picture.png').catch(() => undefined);
  await bob.fetch('/api/echo');
  await bob.fetch('/api/echo', { method: 'POST', body: 'x' });

  expect(world.app.seen.at('/api/picture.png').map(({ authorization }) => authorization)).toEqual([[]]);
  expect(world.app.seen.at('/api/echo').map(({ authorization }) => authorization)).toEqual([[], []]);
  await bob.register();
  world.app.seen.clear();
  expect(await bob.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(world.app.seen.only('/api/echo').judgement.claims?.sub).toBe(BOB.sub);
});

test('unregister leaves no token in storage', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.fetch('/api/echo');
  expect(await stored(world, tab)).not.toEqual([]);
  await tab.evaluate(() => harness.registrations.at().unregister());
  expect(await stored(world, tab)).toEqual([]);
});

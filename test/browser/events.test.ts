import { expect } from 'vitest';
import type { Tab } from './support/tab.js';
import { findParts } from './support/token-parts.js';
import { BOB, test } from './support/world.js';
import type { World } from './support/world.js';

async function openReady(world: World): Promise<{ first: Tab; second: Tab; stranger: Tab }> {
  const first = await world.openTab('a');
  const second = await world.openTab('b');
  const stranger = await world.openTab('c', { holder: BOB });
  for (const tab of [first, second, stranger]) {
    await tab.register({ getTokenTimeoutSeconds: 1 });
    await tab.fetch('/api/echo');
  }
  await Promise.all([first, second, stranger].map((tab) => tab.forgetEvents()));
  return { first, second, stranger };
}

test('a refresh is told to every tab of the identity, once, and to no other', async ({ world }) => {
  const { first, second, stranger } = await openReady(world);
  const outcome = await first.getAccessToken({ forceRefresh: true });
  expect(outcome.ok).toBe(true);
  const [told, ...more] = await first.settledEvents('tokenRefreshed');
  const expiresAt = world.app.issuer.issued.at(-1)?.expiresAtSeconds;
  expect(told?.detail).toEqual({ expiresAt, reason: 'forced', identity: expect.any(String) as string });
  expect(more).toEqual([]);
  expect((await second.settledEvents('tokenRefreshed')).map(({ detail }) => detail)).toEqual([told?.detail]);
  await stranger.fetch('/api/echo');
  expect(await stranger.events()).toEqual([]);
});

test('a session that is lost is told once to every tab of the identity, and to no other', async ({
  world,
}) => {
  const { first, second, stranger } = await openReady(world);
  world.app.issuer.revokeAll();
  for (const tab of [first, second]) tab.behave({ kind: 'reject', message: 'logged out of the host' });
  for (let count = 0; count < 5; count += 1) {
    await Promise.all([first.fetch('/api/echo'), second.fetch('/api/echo')]);
  }

  for (const tab of [first, second]) {
    expect(await tab.settledEvents('reauthRequired')).toHaveLength(1);
    expect((await tab.events('refreshError'))[0]?.detail).toEqual({
      code: 'provider-rejected',
      willRetryAt: expect.any(Number) as number,
    });
  }
  expect(await stranger.events('reauthRequired')).toEqual([]);
  expect(await stranger.events('refreshError')).toEqual([]);
});

test('a request that goes without a token is told to its own tab, without its query', async ({ world }) => {
  const { first, second } = await openReady(world);
  await first.logout();
  await first.fetch('/api/echo?secret=1');
  await expect.poll(async () => (await first.events('requestSkipped')).length).toBe(1);

  expect((await first.events('requestSkipped'))[0]?.detail).toEqual({
    url: `${world.app.origin}/api/echo`,
    why: 'logged-out',
  });
  expect(await second.events('requestSkipped')).toEqual([]);
});

test('no token, and no part of one, is in any event, status, channel message, console line or error', async ({
  world,
}) => {
  world.app.workerScript = 'recorded';
  const tabs = Object.values(await openReady(world));
  const errors: string[] = [];
  const statuses: unknown[] = [];
  const misbehaviours = [
    { kind: 'token' },
    { kind: 'garbled' },
    { kind: 'expired' },
    { kind: 'same' },
    { kind: 'undefined' },
    { kind: 'reject', message: 'away' },
    { kind: 'hang' },
    { kind: 'token' },
  ] as const;
  for (const behaviour of misbehaviours) {
    for (const tab of tabs) tab.behave(behaviour);
    const outcomes = await Promise.all(tabs.map((tab) => tab.getAccessToken({ forceRefresh: true })));
    for (const outcome of outcomes) if (!outcome.ok) errors.push(outcome.error.everything);
    world.app.issuer.revokeAll();
    await Promise.all(tabs.map((tab) => tab.fetch('/api/echo')));
    for (const tab of tabs) statuses.push(await tab.evaluate(() => harness.registrations.at().getStatus()));
  }
  await tabs[0]!.logout();
  await tabs[0]!.fetch('/api/echo');

  const heard = await Promise.all(
    tabs.map(async (tab) => ({
      events: await tab.events(),
      channels: await tab.evaluate(
        () => (globalThis as unknown as { channelRecorder: { messages: string[] } }).channelRecorder.messages,
      ),
      console: tab.page.console,
    })),
  );
  const everything = JSON.stringify({ errors, statuses, heard, worker: world.app.recordedInWorker });
  const tokens = world.app.issuer.issued.map(({ token }) => token);
  expect(tokens.length).toBeGreaterThan(10);
  expect(errors.length).toBeGreaterThan(10);
  // The search itself finds what it looks for.
  expect(findParts(tokens, `${everything} ${tokens[0]!.slice(30, 42)}`)).not.toEqual([]);
  expect(findParts(tokens, everything)).toEqual([]);
});

import { expect } from 'vitest';
import { test } from '../support/faults.js';
import type { Tab } from '../support/tab.js';
import { ALICE } from '../support/world.js';
import type { World } from '../support/world.js';

async function readyTab(world: World, name = 'a', getTokenTimeoutSeconds = 1): Promise<Tab> {
  const tab = await world.openTab(name);
  await tab.register({ getTokenTimeoutSeconds });
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  return tab;
}

/** Waits until the library holds, or waits for, its lock, and says the name of it. */
async function lockName(tab: Tab, which: 'held' | 'pending'): Promise<string> {
  let name: string | undefined;
  await expect
    .poll(async () => {
      const locks = await tab.evaluate(() => navigator.locks.query());
      return (name = locks[which]?.[0]?.name);
    })
    .toBeDefined();
  return name!;
}

/** Takes the lock as foreign code of the page would, and keeps it until it is told to let go. */
async function takeLock(tab: Tab, name: string, options: LockOptions): Promise<() => Promise<string>> {
  await tab.evaluate(
    (name, options) =>
      new Promise<void>((resolve) => {
        const own = globalThis as { letGo?: () => void; ended?: Promise<string> };
        own.ended = navigator.locks
          .request(name, options, () => {
            resolve();
            return new Promise<void>((end) => (own.letGo = end));
          })
          .then(
            () => 'let go',
            () => 'stolen',
          );
      }),
    name,
    options,
  );
  return () =>
    tab.evaluate(() => {
      const own = globalThis as { letGo?: () => void; ended?: Promise<string> };
      own.letGo?.();
      return own.ended ?? 'never held';
    });
}

async function nameOfLock(world: World, tab: Tab): Promise<string> {
  world.app.issuer.revokeAll();
  tab.behave({ kind: 'token', delayMs: 300 });
  const refreshed = tab.fetch('/api/echo');
  const name = await lockName(tab, 'held');
  await refreshed;
  tab.behave({ kind: 'token' });
  world.app.tokenHost.calls.length = 0;
  world.app.seen.clear();
  return name;
}

test('3 · a waiter gets the lock after another has refreshed: it reads the store again, sends that token, and calls no provider', async ({
  world,
  faults,
}) => {
  const tab = await readyTab(world);
  const letGo = await takeLock(tab, await nameOfLock(world, tab), {});
  world.app.issuer.revokeAll();
  const waiting = tab.fetch('/api/report');
  await lockName(tab, 'pending');
  const another = await world.app.issuer.issue(ALICE, 300);
  const { token: value, issuedAtSeconds: issuedAt, expiresAtSeconds: expiresAt } = another;
  await faults.storage.writeToken(tab.page, { value, issuedAt, expiresAt });
  await letGo();

  expect(await waiting).toMatchObject({ status: 200 });
  expect(world.app.seen.at('/api/report').at(-1)?.judgement.claims?.jti).toBe(another.id);
  expect(tab.providerCalls).toEqual([]);
});

test('7 · foreign code steals the lock in mid-refresh: one provider call, the request is answered, and the thief keeps what it stole', async ({
  world,
}) => {
  const tab = await readyTab(world, 'a', 5);
  const name = await nameOfLock(world, tab);
  world.app.issuer.revokeAll();
  tab.behave({ kind: 'token', delayMs: 500 });
  const waiting = tab.fetch('/api/report');
  await lockName(tab, 'held');
  const letGo = await takeLock(tab, name, { steal: true });

  expect(await waiting).toMatchObject({ status: 200 });
  expect(tab.providerCalls).toHaveLength(1);
  expect(await letGo()).toBe('let go');
});

test('7 · foreign code keeps the lock: the wait for it is given up in time and said, no provider is called without it, and it is not stolen', async ({
  world,
}) => {
  const tab = await readyTab(world);
  const letGo = await takeLock(tab, await nameOfLock(world, tab), {});
  world.app.issuer.revokeAll();
  const answer = await tab.fetch('/api/report');

  expect(answer).toMatchObject({ status: 401 });
  // Three times what a provider may take, which is a second here.
  expect(answer.elapsedMs).toBeGreaterThan(2_500);
  expect(answer.elapsedMs).toBeLessThan(5_000);
  expect(tab.providerCalls).toEqual([]);
  await expect
    .poll(async () => (await tab.events('refreshError')).map(({ detail }) => detail['code']))
    .toEqual(['provider-timeout']);
  expect(await letGo()).toBe('let go');
});

test('53 · storage is full: requests and logout go on from memory, a worker that was killed asks the page, and once there is room the token is stored', async ({
  world,
  faults,
}) => {
  const tab = await world.openTab('a');
  await faults.storage.fill(tab);
  await tab.register();
  for (let count = 0; count < 3; count += 1) {
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  }
  expect(tab.providerCalls).toHaveLength(1);
  expect(await tab.evaluate(() => harness.dumpStorage())).not.toContain(world.app.issuer.issued[0]!.token);
  await world.profile.stopWorkers();
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(tab.providerCalls).toHaveLength(2);
  await faults.storage.empty(tab);
  expect(await tab.getAccessToken({ forceRefresh: true })).toMatchObject({ ok: true });
  const { token } = world.app.issuer.issued.at(-1)!;
  expect(await tab.evaluate(() => harness.dumpStorage())).toContain(token);
  await faults.storage.fill(tab);
  await tab.logout();
  expect(await tab.fetch('/api/report')).toMatchObject({ status: 401 });
  expect(world.app.seen.only('/api/report').judgement.verdict).toBe('missing');
});

test('53 · records of many damaged sorts: each reads as empty, one provider call mends it, and no half of a token is sent', async ({
  world,
  faults,
}) => {
  const tab = await readyTab(world);
  for (const record of [
    null,
    'a text',
    { clients: 7, slots: 'none', skewMs: 'much' },
    { clients: new Map([['x', null]]), slots: new Map([['claims:x', { generation: 'first' }]]), skewMs: NaN },
  ]) {
    await faults.storage.damage(tab.page, record);
    await world.profile.stopWorkers();
    const calls = tab.providerCalls.length;
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    expect(tab.providerCalls.length - calls).toBe(1);
  }
  await faults.storage.writeToken(tab.page, { value: 'planted', expiresAt: 'never' });
  await world.profile.stopWorkers();
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(world.app.seen.all.filter(({ judgement }) => judgement.verdict === 'forged')).toEqual([]);
});

test('53 · another page keeps the store to itself: a woken worker waits a second for it, and asks the page', async ({
  world,
  faults,
}) => {
  const tab = await readyTab(world);
  const letGo = await faults.storage.hold(tab.page);
  await world.profile.stopWorkers();
  const answer = await tab.fetch('/api/echo');
  await letGo();

  expect(answer).toMatchObject({ status: 200 });
  expect(answer.elapsedMs).toBeLessThan(8_000);
  expect(tab.providerCalls).toHaveLength(2);
});

for (const [what, breakIt] of [
  ['is missing', breakByAbsence],
  ['cannot be constructed', breakAtConstruction],
  ['throws when it is used', breakAtUse],
] as const) {
  test(`45 · BroadcastChannel ${what}: tabs share a token, and logout in one ends it for the other`, async ({
    world,
    faults,
  }) => {
    faults.worker.begin(breakIt);
    const first = await readyTab(world, 'a');
    const second = await readyTab(world, 'b');
    await world.profile.stopWorkers();
    world.app.issuer.revokeAll();
    expect(await second.fetch('/api/echo')).toMatchObject({ status: 200 });
    await first.logout();

    expect(await second.fetch('/api/report')).toMatchObject({ status: 401 });
    expect(world.app.seen.only('/api/report').judgement.verdict).toBe('missing');
  });
}

function breakByAbsence(): void {
  Reflect.deleteProperty(globalThis, 'BroadcastChannel');
}

function breakAtConstruction(): void {
  Object.assign(globalThis, {
    BroadcastChannel: class {
      constructor() {
        throw new DOMException('Storage is blocked.', 'SecurityError');
      }
    },
  });
}

function breakAtUse(): void {
  BroadcastChannel.prototype.postMessage = () => {
    throw new DOMException('The channel is closed.', 'InvalidStateError');
  };
}

test('59 · a synchronous XHR on the page’s own lane, before the store has been read, is not shown what the cache has of who was there before', async ({
  world,
  faults,
}) => {
  const url = '/api/open/cached';
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a', { holder: ALICE });
  expect(await tab.register()).toBe('page');
  expect(await tab.fetch(url)).toMatchObject({ body: ALICE.iss });
  expect(await tab.fetch(url)).toMatchObject({ body: ALICE.iss });
  expect(world.app.seen.at(url), 'the cache has it').toHaveLength(1);
  await tab.page.reload();
  const letGo = await faults.storage.hold(tab.page);
  const early = await tab.evaluate(async (to) => {
    void harness.registrations.register({});
    // Until the lane has replaced it. A task at a time: the store counts as absent after a second.
    const own = globalThis.XMLHttpRequest;
    while (globalThis.XMLHttpRequest === own) await new Promise((resolve) => setTimeout(resolve));
    return harness.xhrLog(to, { isSync: true });
  }, url);
  await letGo();

  expect(early).toMatchObject({ status: 200, response: 'nobody' });
});

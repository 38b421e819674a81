import { beforeEach, describe, expect, test } from 'vitest';
import type { VirtualPage } from '../support/virtual-page.js';
import { hangs, rejects, World } from '../support/world.js';

let world: World;

beforeEach(() => {
  world = new World();
});

const tokenOf = async (page: VirtualPage): Promise<string | undefined> =>
  (await world.clock.until(page.fetch())).token;

describe('logout of a page that was loaded anew and has sent nothing yet', () => {
  let reloaded: VirtualPage;
  let other: VirtualPage;

  beforeEach(async () => {
    const before = await world.registeredPage('before', world.gives('ann'));
    other = await world.registeredPage('other', world.gives('ann'));
    await before.sendsToken();
    await other.sendsToken();
    before.state = 'closed';
    reloaded = await world.registeredPage('reloaded', world.gives('ann'));
  });

  const logout = (): Promise<unknown> => world.clock.until(reloaded.say({ type: 'logout' }));

  test('logs out the other pages of its identity, and tells them', async () => {
    await logout();
    expect(await tokenOf(other)).toBeUndefined();
    expect(await tokenOf(reloaded)).toBeUndefined();
    expect(other.eventsNamed('loggedOut')).toEqual([{ origin: 'remote' }]);
    for (const token of world.tokens) expect(world.store.text()).not.toContain(token);
  });

  test('and whose app registers anew before it has ended: the token is gone, the identity open', async () => {
    reloaded.provider = async () => {
      await world.clock.sleep(500);
      return world.mint('ann');
    };
    const ended = reloaded.say({ type: 'logout' });
    await world.clock.advance(100);
    const registered = reloaded.say({ type: 'hello', register: true, identity: undefined });
    await world.clock.until(Promise.all([ended, registered]));
    const before = world.tokens.length;
    expect(await tokenOf(reloaded)).toBe(world.token(before));
  });

  test('what it sent before, which waits for the same answer of the provider, goes without a token', async () => {
    reloaded.provider = world.gives('ann', 180, 500);
    const sent = reloaded.fetch();
    await world.clock.advance(100);
    const ended = reloaded.say({ type: 'logout' });
    const [answer] = await world.clock.until(Promise.all([sent, ended]));
    expect(answer.token).toBeUndefined();
    expect(reloaded.calls).toHaveLength(1);
  });

  test('and once it is logged in again nothing of that stands in its way', async () => {
    await logout();
    await world.clock.advance(10);
    await world.clock.until(reloaded.register());
    expect(await tokenOf(reloaded)).toBe(world.token(-1));
  });

  test('calls its provider once, and no other', async () => {
    const before = other.calls.length;
    await logout();
    await tokenOf(other);
    expect([reloaded.calls.length, other.calls.length]).toEqual([1, before]);
  });

  test('leaves another user’s session alone', async () => {
    const stranger = await world.registeredPage('stranger', world.gives('bob'));
    const token = await stranger.sendsToken();
    await logout();
    expect(await stranger.sendsToken()).toBe(token);
    expect(stranger.eventsNamed('loggedOut')).toEqual([]);
  });

  test.each([
    ['rejects', rejects],
    ['hangs', hangs],
    ['gives no token', () => undefined],
  ])(
    'and whose provider %s: no token of claims stays anywhere, the pages that live ask anew',
    async (_what, provider) => {
      const named = await world.registeredPage('named', world.gives('carol'), 'carol');
      const ofCarol = await named.sendsToken();
      const old = world.tokens.filter((token) => token !== ofCarol);
      reloaded.provider = provider;
      await logout();
      for (const token of old) expect(world.store.text()).not.toContain(token);
      expect(await tokenOf(reloaded)).toBeUndefined();
      expect(await other.sendsToken()).toBe(world.token(-1));
      expect(await named.sendsToken()).toBe(ofCarol);
    },
  );

  test('and has logged out by itself, and says whose it was: that identity’s token goes, another’s stays', async () => {
    const stranger = await world.registeredPage('stranger', world.gives('bob'));
    const token = await stranger.sendsToken();
    const { identity } = await other.status();
    reloaded.provider = () => {
      throw Object.assign(new Error('logged out'), { identity });
    };
    await logout();
    expect(await tokenOf(other)).toBe(world.token(-1));
    expect(world.store.text()).not.toContain(world.token(1));
    expect(await stranger.sendsToken()).toBe(token);
    expect(stranger.eventsNamed('loggedOut')).toEqual([]);
  });

  test('and whose provider fails: its own identity is closed, no provider is called for it again', async () => {
    reloaded.provider = rejects;
    await logout();
    const before = reloaded.calls.length;
    await world.clock.advance(600_000);
    expect(await tokenOf(reloaded)).toBeUndefined();
    expect(reloaded.calls).toHaveLength(before);
  });

  test.each([
    ['by the same worker', false],
    ['by one that has just started', true],
  ])('and whose provider fails: what another page had logged out stays so, %s', async (_what, isNew) => {
    await world.clock.until(other.say({ type: 'logout' }));
    if (isNew) world.restartWorker();
    reloaded.provider = rejects;
    await logout();
    const calls = other.calls.length;
    expect(await tokenOf(other)).toBeUndefined();
    expect(other.calls).toHaveLength(calls);
  });

  test('and whose provider hangs: it ends within the provider’s time', async () => {
    reloaded.provider = hangs;
    await world.clock.until(reloaded.say({ type: 'logout' }), 12_000);
  });

  test('twice at once is as good as once', async () => {
    await world.clock.until(
      Promise.all([reloaded.say({ type: 'logout' }), reloaded.say({ type: 'logout' })]),
    );
    expect(reloaded.calls).toHaveLength(1);
    expect(await tokenOf(other)).toBeUndefined();
    expect(await tokenOf(reloaded)).toBeUndefined();
  });
});

test('logout of a page that cannot say who it is reaches a worker that is being replaced', async () => {
  const page = await world.registeredPage('p1', world.gives('ann'));
  const old = await page.sendsToken();
  const replaced = world.worker;
  world.worker = world.addCore();
  await world.clock.settle();
  const unknown = await world.registeredPage('p2', rejects);
  await world.clock.until(unknown.say({ type: 'logout' }));
  await world.clock.settle();
  world.worker = replaced;
  expect(await page.sendsToken()).not.toBe(old);
});

test('logout of a page whose app registers anew under the same name while the store is slow: nobody is told that he is logged out', async () => {
  const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
  const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
  const old = await page.sendsToken();
  world.store.behaviour = 'hangs';
  const ended = page.say({ type: 'logout' });
  await world.clock.advance(100);
  world.store.behaviour = 'works';
  await world.clock.until(page.register('ann'));
  await world.clock.until(ended);
  expect(other.eventsNamed('loggedOut')).toEqual([]);
  expect(await other.sendsToken()).not.toBe(old);
});

describe('logout while storage does not take it', () => {
  let page: VirtualPage;
  let old: string;

  beforeEach(async () => {
    page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    old = await page.sendsToken();
  });

  test.each(['throws', 'hangs'] as const)(
    '(it %s) rejects with worker-unavailable, within 3 s',
    async (behaviour) => {
      world.store.behaviour = behaviour;
      await expect(world.clock.until(page.say({ type: 'logout' }), 3000)).rejects.toMatchObject({
        code: 'worker-unavailable',
      });
      expect(await tokenOf(page)).toBeUndefined();
    },
  );

  test('and once more when it works: the token is gone, for the next worker too', async () => {
    world.store.behaviour = 'throws';
    await world.clock.until(page.say({ type: 'logout' })).catch(() => undefined);
    expect(world.store.text()).toContain(old);
    world.store.behaviour = 'works';
    await world.clock.until(page.say({ type: 'logout' }));
    expect(world.store.text()).not.toContain(old);
    world.restartWorker();
    expect(await tokenOf(page)).toBeUndefined();
  });

  test('at the first try: the second does, and it resolves', async () => {
    const { platform } = world.worker.core;
    const before = { ...platform };
    let tries = 0;
    Object.assign(platform, {
      updateRecord: (change: (record: unknown) => unknown) =>
        ++tries === 1 ? Promise.reject(new Error('busy')) : before.updateRecord(change),
    });
    await world.clock.until(page.say({ type: 'logout' }));
    expect(tries).toBe(2);
    expect(world.store.text()).not.toContain(old);
  });

  test('tells the other pages all the same: they have no token any more', async () => {
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    world.store.behaviour = 'throws';
    await world.clock.until(page.say({ type: 'logout' })).catch(() => undefined);
    expect(other.eventsNamed('loggedOut')).toEqual([{ origin: 'remote' }]);
    expect(await tokenOf(other)).toBeUndefined();
  });

  test('nor since this worker came, which has read the token there: it rejects', async () => {
    world.restartWorker();
    const updateRecord = () => Promise.reject(new DOMException('Full', 'QuotaExceededError'));
    Object.assign(world.worker.core.platform, { updateRecord });
    expect(await page.sendsToken()).toBe(old);
    await expect(world.clock.until(page.say({ type: 'logout' }))).rejects.toMatchObject({
      code: 'worker-unavailable',
    });
  });

  test('nor ever did, though it can be read: there is nothing to let go of, and it resolves', async () => {
    const full = new World();
    const updateRecord = () => Promise.reject(new DOMException('Full', 'QuotaExceededError'));
    Object.assign(full.worker.core.platform, { updateRecord });
    const alone = await full.registeredPage('p1', full.gives('ann'), 'ann');
    await alone.sendsToken();
    await full.clock.until(alone.say({ type: 'logout' }));
    expect((await full.clock.until(alone.fetch())).token).toBeUndefined();
  });

  test('and has a token that may be that of the page, which cannot say whose it is: it rejects', async () => {
    const claimed = await world.registeredPage('p2', world.gives('bob'));
    await claimed.sendsToken();
    world.restartWorker();
    const updateRecord = () => Promise.reject(new DOMException('Full', 'QuotaExceededError'));
    Object.assign(world.worker.core.platform, { updateRecord });
    const unknown = await world.registeredPage('p3', rejects);
    await expect(world.clock.until(unknown.say({ type: 'logout' }))).rejects.toMatchObject({
      code: 'worker-unavailable',
    });
  });

  test('and has the token of another one only: there is nothing to let go of, and it resolves', async () => {
    world.restartWorker();
    const updateRecord = () => Promise.reject(new DOMException('Full', 'QuotaExceededError'));
    Object.assign(world.worker.core.platform, { updateRecord });
    const bob = await world.registeredPage('p2', world.gives('bob'), 'bob');
    await bob.sendsToken();
    await world.clock.until(bob.say({ type: 'logout' }));
    expect(await tokenOf(bob)).toBeUndefined();
    expect(await page.sendsToken()).toBe(old);
  });

  test('and has no token, only whose page is whose: there is nothing to let go of, and it resolves', async () => {
    const full = new World({ storage: 'memory' });
    const alone = await full.registeredPage('p1', full.gives('ann'), 'ann');
    await alone.sendsToken();
    full.restartWorker();
    const updateRecord = () => Promise.reject(new DOMException('Full', 'QuotaExceededError'));
    Object.assign(full.worker.core.platform, { updateRecord });
    await full.clock.until(alone.say({ type: 'logout' }));
    expect((await full.clock.until(alone.fetch())).token).toBeUndefined();
  });

  test('nor ever took anything: there is nothing to let go of, and it resolves', async () => {
    const none = new World();
    none.store.behaviour = 'throws';
    none.restartWorker();
    const alone = await none.registeredPage('p1', none.gives('ann'), 'ann');
    await alone.sendsToken();
    await none.clock.until(alone.say({ type: 'logout' }));
    expect((await none.clock.until(alone.fetch())).token).toBeUndefined();
  });
});

test('a page that nothing is known of logs out while its first request waits: the request goes without', async () => {
  const world = new World();
  const page = await world.registeredPage('p1', world.gives('ann', 180, 500));
  const waiting = page.fetch();
  await world.clock.advance(100);
  await world.clock.until(page.say({ type: 'logout' }));
  expect((await world.clock.until(waiting)).token).toBeUndefined();
  expect(world.providerCalls()).toBe(1);
});

test('a page that nothing is known of logs out while it waits for a token of its own: it is told that it is logged out', async () => {
  const world = new World();
  const page = await world.registeredPage('p1', world.gives('ann', 180, 500));
  const told = expect(page.say({ type: 'getToken' })).rejects.toMatchObject({
    code: 'logged-out',
    message: '',
  });
  await world.clock.advance(100);
  await world.clock.until(page.say({ type: 'logout' }));
  await told;
});

test('a page that says goodbye while its logout waits: the logout ends, and the token is gone', async () => {
  const page = await world.registeredPage('p1', rejects);
  const other = await world.registeredPage('p2', world.gives('ann'));
  const old = await other.sendsToken();
  page.provider = (ask, nth) => world.clock.sleep(500).then(() => rejects(ask, nth));
  const ended = page.say({ type: 'logout' });
  await world.clock.advance(100);
  await world.clock.until(page.say({ type: 'goodbye' }));
  expect(await world.clock.until(ended)).toEqual({ type: 'done' });
  expect(world.store.text()).not.toContain(old);
});

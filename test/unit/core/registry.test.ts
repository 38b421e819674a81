import { beforeEach, describe, expect, test } from 'vitest';
import { hangs, rejects, World } from '../support/world.js';

let world: World;

beforeEach(() => {
  world = new World();
});

describe('a damaged record reads as absent', () => {
  const client = { identity: 'id:ann', registeredAt: 1, changedAt: 1 };
  test.each([
    ['a text', 'x'],
    ['a number', 42],
    ['null', null],
    ['an array', []],
    ['an empty object', {}],
    ['clients that are a number', { clients: 5, slots: 5, skewMs: 'x' }],
    ['clients that are an object', { clients: {}, slots: {} }],
    ['a client that is null', { clients: new Map([['p1', null]]) }],
    ['a client that is a text', { clients: new Map([['p1', 'id:ann']]) }],
    ['a slot that is null', { slots: new Map([['id:ann', null]]) }],
    ['a slot that is a text', { slots: new Map([['id:ann', 'x']]) }],
    ['a slot that is empty', { clients: new Map([['p1', client]]), slots: new Map([['id:ann', {}]]) }],
    [
      'a token that is a text',
      {
        clients: new Map([['p1', client]]),
        slots: new Map([['id:ann', { generation: 0, closed: false, token: 'x' }]]),
      },
    ],
    [
      'a token without a text',
      {
        clients: new Map([['p1', client]]),
        slots: new Map([['id:ann', { generation: 0, closed: false, token: { value: 5 } }]]),
      },
    ],
    [
      'a token without times',
      {
        clients: new Map([['p1', client]]),
        slots: new Map([['id:ann', { generation: 0, closed: false, token: { value: 'damaged' } }]]),
      },
    ],
    ['a skew without end', { clients: new Map(), slots: new Map(), skewMs: Infinity }],
    [
      'a client whose identity is a number',
      { clients: new Map([['p1', { identity: 5, registeredAt: 0, changedAt: 1e15 }]]), slots: new Map() },
    ],
  ])('%s', async (_what, record) => {
    world.store.record = record;
    world.restartWorker();
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
    expect(await page.status()).toMatchObject({ state: 'fresh', identity: 'ann', clockSkewSeconds: 0 });
    world.restartWorker();
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
    expect(page.calls).toHaveLength(1);
  });
});

describe('what of a damaged record would do harm reads as absent', () => {
  const slotOf = (identity: unknown, slot: object): object => ({
    clients: new Map(),
    slots: new Map([[identity, { generation: 0, closed: false, token: undefined, ...slot }]]),
    skewMs: 0,
  });
  const token = { value: 'damaged', issuedAt: NaN, expiresAt: NaN, receivedAt: 0 };

  test.each([
    ['a generation without end', slotOf('id:ann', { generation: Infinity })],
    ['a generation without end that is closed', slotOf('id:ann', { generation: Infinity, closed: true })],
    ['a generation that is no number', slotOf('id:ann', { generation: NaN, closed: true })],
    ['a generation that is a text', slotOf('id:ann', { generation: '9e15', closed: true })],
    ['a token whose order has no end', slotOf('id:ann', { token: { ...token, order: Infinity } })],
    ['a token whose order is no number', slotOf('id:ann', { token: { ...token, order: NaN } })],
  ])('%s: its identity can log in, out, and in again', async (_what, record) => {
    world.store.record = record;
    world.restartWorker();
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
    await world.clock.until(page.say({ type: 'logout' }));
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
    await world.clock.until(page.register('ann'));
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(1));
  });

  test.each([
    ['a number', 5],
    ['an object', { identity: 'id:ann' }],
    ['nothing', undefined],
  ])('an identity that is %s: what comes after it is stored, what is gone is dropped', async (_what, key) => {
    world.store.record = slotOf(key, { generation: 1 });
    world.restartWorker();
    const gone = await world.registeredPage('gone', world.gives('bob'));
    gone.state = 'closed';
    await world.registeredPage('p1', world.gives('ann'), 'ann');
    expect(world.store.text()).toContain('id:ann');
    expect(world.store.text()).not.toContain('"gone"');
  });
});

describe('storage that does not work', () => {
  test.each(['throws', 'hangs'] as const)(
    'it %s: all goes on from memory, within bounds',
    async (behaviour) => {
      world.store.behaviour = behaviour;
      world.restartWorker();
      const page = await world.registeredPage('p1', world.gives('ann'));
      const { token } = await world.clock.until(page.fetch(), 5000);
      expect(token).toBe(world.token(0));
      expect((await world.clock.until(page.fetch(), 0)).token).toBe(token);
      await world.clock.advance(181_000);
      expect((await world.clock.until(page.fetch(), 5000)).token).toBe(world.token(1));
      await world.clock.until(page.say({ type: 'logout' }), 2000);
      expect((await world.clock.until(page.fetch(), 2000)).token).toBeUndefined();
    },
  );

  test('it hangs for a while, then works: what it held is taken in by the next refresh', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    world.store.behaviour = 'hangs';
    world.restartWorker();
    world.store.behaviour = 'works';
    await world.clock.advance(1000);
    await world.clock.until(page.say({ type: 'hello', identity: 'ann' }));
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
    expect(page.calls).toHaveLength(1);
  });

  test('it fills up in mid-session: the token in use stays', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    world.store.behaviour = 'throws';
    await world.clock.advance(181_000);
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(1));
  });
});

describe('what a worker finds when it wakes', () => {
  test('who its clients are, their tokens, and how far the clock is off', async () => {
    world.clock.deviceErrorMs = -3600_000;
    const pages = await Promise.all(['ann', 'bob'].map((sub) => world.registeredPage(sub, world.gives(sub))));
    await world.clock.until(Promise.all(pages.map((page) => page.fetch())));
    const before = await Promise.all(pages.map((page) => page.status()));
    world.restartWorker();
    expect(await Promise.all(pages.map((page) => page.status()))).toMatchObject(
      before.map(({ identity, expiresAt, state, clockSkewSeconds }) => ({
        identity,
        expiresAt,
        state,
        clockSkewSeconds,
      })),
    );
    expect(before[0]!['clockSkewSeconds']).toBe(3600);
  });

  test('one read, begun before any request', async () => {
    world.store.reads = 0;
    world.restartWorker();
    expect(world.store.reads).toBe(1);
    const page = await world.registeredPage('p1');
    await world.clock.until(page.say({ type: 'getStatus' }));
    expect(world.store.reads).toBe(1);
  });

  test('a logout, also of an identity that nobody has any more', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.say({ type: 'logout' }));
    world.restartWorker();
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
    expect(page.calls).toHaveLength(0);
  });

  test('a time that never goes back, though the clock did', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    const before = world.worker.core.registry.tick();
    await world.clock.until(page.say({ type: 'hello', identity: 'ann' }));
    world.clock.deviceErrorMs = -3600_000;
    world.restartWorker();
    await world.clock.settle();
    expect(world.worker.core.registry.tick()).toBeGreaterThan(before);
    await world.clock.until(page.say({ type: 'logout' }));
    world.restartWorker();
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
  });
});

describe('what is kept', () => {
  const stored = (): string => world.store.text();

  test('pages that are gone are dropped at the next hello, with tokens that are theirs alone', async () => {
    const gone = await world.registeredPage('gone', () => world.mintOpaque());
    await world.clock.until(gone.fetch());
    expect(stored()).toContain(world.token(0));
    gone.state = 'closed';
    await world.registeredPage('here');
    expect(stored()).not.toContain('"gone"');
    expect(stored()).not.toContain(world.token(0));
    expect(world.worker.core.registry.clients.has('gone')).toBe(false);
  });

  test('a token of an identity outlives its pages, so that the next one need not ask', async () => {
    const gone = await world.registeredPage('gone', world.gives('ann'), 'ann');
    await world.clock.until(gone.fetch());
    gone.state = 'closed';
    await world.registeredPage('other', rejects, 'bob');
    const next = await world.registeredPage('next', rejects, 'ann');
    expect((await world.clock.until(next.fetch())).token).toBe(world.token(0));
  });

  test('until it has expired', async () => {
    const gone = await world.registeredPage('gone', world.gives('ann'), 'ann');
    await world.clock.until(gone.fetch());
    gone.state = 'closed';
    await world.clock.advance(181_000);
    await world.registeredPage('p2', undefined, 'bob');
    expect(stored()).not.toContain(world.token(0));
  });

  const DAY_MS = 24 * 3600_000;
  const opaqueOfOneGone = async (): Promise<string> => {
    const gone = await world.registeredPage('gone', () => world.mintOpaque(), 'ann');
    const token = await gone.sendsToken();
    gone.state = 'closed';
    return token;
  };

  test('a token of unknown life that no page is left to use is kept for a day', async () => {
    const token = await opaqueOfOneGone();
    await world.clock.advance(DAY_MS - 1000);
    await world.registeredPage('p2', undefined, 'bob');
    expect(stored()).toContain(token);
    await world.clock.advance(2000);
    await world.registeredPage('p3', undefined, 'bob');
    expect(stored()).not.toContain(token);
    expect(world.worker.core.registry.slots.has('id:ann')).toBe(false);
  });

  test('a token of unknown life is kept as long as a page has its identity', async () => {
    const page = await world.registeredPage('p1', () => world.mintOpaque(), 'ann');
    const token = await page.sendsToken();
    await world.clock.advance(30 * DAY_MS);
    await world.registeredPage('p2', undefined, 'bob');
    expect(stored()).toContain(token);
    expect(await page.sendsToken()).toBe(token);
  });

  test('fifty users with tokens of unknown life, a day each: no token is left', async () => {
    for (let day = 0; day < 50; day++) {
      const page = await world.registeredPage(`p${day}`, () => world.mintOpaque(), `user${day}`);
      await page.sendsToken();
      page.state = 'closed';
      await world.clock.advance(DAY_MS + 1000);
    }
    await world.registeredPage('last', undefined, 'last');
    expect(world.tokens.filter((token) => stored().includes(token))).toEqual([]);
  });

  test('frames that came, never registered and went leave nothing behind', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    await page.sendsToken();
    for (let index = 0; index < 100; index++) {
      const frame = world.openPage(`frame-${index}`);
      frame.hasLibrary = false;
      await world.clock.until(frame.fetch());
      frame.state = 'closed';
    }
    await world.clock.settle();
    const { clients, slots } = world.worker.core.registry;
    expect(clients.size).toBeLessThan(5);
    expect(slots.size).toBeLessThan(5);
    expect(stored().match(/frame-\d+/g) ?? []).toHaveLength(clients.size - 1);
    expect(stored()).toContain(world.token(0));
  });

  test('nothing, once a page has taken the worker away', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const other = await world.registeredPage('p2', () => world.mintOpaque());
    await page.sendsToken();
    await other.sendsToken();
    await world.clock.until(page.say({ type: 'goodbye', erase: true }));
    expect(world.store.record).toBeUndefined();
    expect(world.worker.core.registry.slots.size).toBe(0);
    expect(world.worker.core.registry.clients.size).toBe(0);
  });

  test('no token of a refresh that was under way then', async () => {
    const page = await world.registeredPage('p1', world.gives('ann', 180, 2000), 'ann');
    const waiting = page.fetch();
    await world.clock.advance(1000);
    page.hasLibrary = false;
    await world.clock.until(page.say({ type: 'goodbye', erase: true }), 100);
    expect((await world.clock.until(waiting)).token).toBeUndefined();
    await world.clock.advance(10_000);
    for (const token of world.tokens) expect(stored()).not.toContain(token);
  });

  test('a logout of an identity without pages is remembered for an hour', async () => {
    const gone = await world.registeredPage('gone', world.gives('ann'), 'ann');
    await world.clock.until(gone.say({ type: 'logout' }));
    gone.state = 'closed';
    await world.clock.advance(3599_000);
    await world.registeredPage('p2', undefined, 'bob');
    expect(stored()).toContain('id:ann');
    await world.clock.advance(3000);
    await world.registeredPage('p3', undefined, 'bob');
    expect(stored()).not.toContain('id:ann');
  });

  test('a page that says goodbye is forgotten, also by a core that had it', async () => {
    const page = await world.registeredPage('p1', hangs, 'ann');
    await world.clock.until(page.say({ type: 'goodbye' }));
    expect(stored()).not.toContain('"p1"');
    await expect(world.clock.until(page.say({ type: 'getStatus' }))).rejects.toMatchObject({
      code: 'no-client',
    });
  });

  test('a page that says hello while another is being written is kept', async () => {
    await world.registeredPage('p1', undefined, 'ann');
    world.store.writeMs = 500;
    const first = world.pages.get('p1')!.say({ type: 'hello', register: true, identity: 'ann' });
    await world.clock.advance(100);
    const late = world.openPage('late', world.gives('bob'));
    const second = late.register('bob');
    await world.clock.until(Promise.all([first, second]));
    expect(await late.status()).toMatchObject({ identity: 'bob' });
  });
});

describe('what others announce', () => {
  test('is a reason to look into the store, and never believed by itself', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    const before = await page.status();
    page.events.length = 0;
    const reads = world.store.reads;
    world.worker.hear({ identity: 'id:ann', reason: 'forced' });
    await world.clock.settle();
    expect(world.store.reads).toBe(reads + 1);
    expect(await page.status()).toEqual(before);
    expect(page.events).toEqual([]);
  });

  test.each(['reauthRequired', 'loggedOut', 'tokenRefreshed', 'refreshError'])(
    'makes no event of a forger’s words: %s',
    async (name) => {
      const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
      await world.clock.until(page.fetch());
      page.events.length = 0;
      const forged = { identity: 'id:ann', reason: 'log in at evil.example', name, detail: { code: 'evil' } };
      world.worker.hear(forged);
      await world.clock.advance(1000);
      expect(page.events).toEqual([]);
    },
  );

  test('gives its reason to pages only where it is one', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const first = world.worker;
    const second = world.addCore();
    await world.clock.settle();
    world.hasChannel = false;
    world.worker = second;
    await world.clock.until(page.fetch());
    page.events.length = 0;
    first.hear({ identity: 'id:ann', reason: 'log in at evil.example' });
    await world.clock.settle();
    expect(page.events).toEqual([
      {
        name: 'tokenRefreshed',
        detail: { expiresAt: world.nowSeconds() + 180, reason: 'initial', identity: 'ann' },
      },
    ]);
  });

  test('of a logout closes the identity here, and tells its pages', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    const first = world.worker;
    world.worker = world.addCore();
    await world.clock.settle();
    other.events.length = 0;
    await world.clock.until(page.say({ type: 'logout' }));
    await world.clock.settle();
    // Told once by each of the two cores.
    expect(other.events).toEqual(Array(2).fill({ name: 'loggedOut', detail: { origin: 'remote' } }));
    world.worker = first;
    expect((await world.clock.until(other.fetch())).token).toBeUndefined();
  });

  test.each([
    ['nothing', {}],
    ['no identity', { reason: 'forced' }],
    ['an identity that nobody here has', { identity: 'id:bob', reason: 'forced' }],
    ['an identity that is no text', { identity: 5 as unknown as string, reason: 'forced' }],
  ])('is dropped where it says %s', async (_what, message) => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const reads = world.store.reads;
    world.worker.hear(message);
    await world.clock.settle();
    expect(page.events).toHaveLength(0);
    expect(world.store.reads).toBe(reads);
  });

  test('reaches the pages of the identity that the other core knows of', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const stranger = await world.registeredPage('p2', world.gives('bob'), 'bob');
    const second = world.addCore();
    await world.clock.settle();
    world.pages.get('p1')!.events.length = 0;
    world.worker = second;
    await world.clock.until(page.fetch());
    // Told once by each of the two cores.
    expect(page.eventsNamed('tokenRefreshed')).toHaveLength(2);
    expect(stranger.events).toHaveLength(0);
  });
});

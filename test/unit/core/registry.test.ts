import { beforeEach, describe, expect, test } from 'vitest';
import { World } from '../support/world.js';

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
    ['a skew of centuries', { clients: new Map(), slots: new Map(), skewMs: 1e15 }],
    ['a skew without end', { clients: new Map(), slots: new Map(), skewMs: Infinity }],
    ['a skew that is a list', { clients: new Map(), slots: new Map(), skewMs: [180_000] }],
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
  const token = { value: 'damaged', issuedAt: NaN, expiresAt: NaN, receivedAt: 0, order: 1 };

  test.each([
    ['a generation without end', slotOf('id:ann', { generation: Infinity })],
    ['a generation without end that is closed', slotOf('id:ann', { generation: Infinity, closed: true })],
    ['a generation that is no number', slotOf('id:ann', { generation: NaN, closed: true })],
    ['a generation that is a text', slotOf('id:ann', { generation: '9e15', closed: true })],
    ['a generation beyond all clocks', slotOf('id:ann', { generation: 1e308, closed: true })],
    ['a generation after which none rises', slotOf('id:ann', { generation: 2 ** 53, closed: true })],
    ['a token whose order is beyond all clocks', slotOf('id:ann', { token: { ...token, order: 1e308 } })],
    ['a token that no header may carry', slotOf('id:ann', { token: { ...token, value: 'a\r\nX: 1' } })],
    ['a token that is too long', slotOf('id:ann', { token: { ...token, value: 'a'.repeat(16_384) } })],
    ['a token that is a list', slotOf('id:ann', { token: { ...token, value: ['damaged'] } })],
    [
      'a client that changed beyond all clocks',
      { clients: new Map([['p1', { identity: 'id:bob', registeredAt: 0, changedAt: 1e308 }]]) },
    ],
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

describe('what is damaged takes nothing else with it', () => {
  test.each([
    ['null', null],
    ['of an identity that is a number', { identity: 7, registeredAt: 0, changedAt: 1, isSilent: false }],
    ['of an identity that is an object', { identity: {}, registeredAt: 0, changedAt: 1, isSilent: false }],
  ])('a client %s: its request goes, and an identity that was logged out stays so', async (_what, client) => {
    world.store.record = {
      clients: new Map<string, unknown>([
        ['eve', client],
        ['ann', { identity: 'id:ann', registeredAt: 0, changedAt: 1, isSilent: false }],
      ]),
      slots: new Map([['id:ann', { generation: 1, closed: true, token: undefined }]]),
      skewMs: 0,
    };
    world.restartWorker();
    const eve = world.openPage('eve', world.gives('eve'));
    expect(await world.clock.until(eve.fetch())).toMatchObject({ status: 200, token: world.token(0) });
    const ann = world.openPage('ann', world.gives('ann'));
    expect((await world.clock.until(ann.fetch())).token).toBeUndefined();
    expect(ann.calls).toHaveLength(0);
  });
});

test('a client that registered beyond all clocks does not open an identity that was logged out', async () => {
  const eve = { identity: 'client:eve', registeredAt: 1e308, changedAt: 1, isSilent: false };
  world.store.record = {
    clients: new Map([['eve', eve]]),
    slots: new Map([['id:ann', { generation: 1, closed: true, token: undefined }]]),
    skewMs: 0,
  };
  world.restartWorker();
  const page = world.openPage('eve', () => ({ token: world.mint('ann'), identity: 'ann' }));
  expect((await world.clock.until(page.fetch())).token).toBeUndefined();
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
      await world.clock.until(page.say({ type: 'logout' }), 3000);
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

  test('it is read and takes nothing, an old logout is in it: whoever registers then gets a token, and keeps it', async () => {
    const gone = await world.registeredPage('gone', world.gives('ann'), 'ann');
    await world.clock.until(gone.say({ type: 'logout' }));
    gone.state = 'closed';
    await world.clock.advance(7200_000);
    world.store.update = async (change) => {
      change(await world.store.read());
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
    world.restartWorker();
    await world.registeredPage('bob', world.gives('bob'), 'bob');
    const page = await world.registeredPage('ann', world.gives('ann'), 'ann');
    for (const _round of [1, 2]) {
      expect((await world.clock.until(page.fetch())).token).toBe(world.token(-1));
      await world.clock.advance(181_000);
    }
    expect(page.calls).toHaveLength(2);
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

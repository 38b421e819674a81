import { beforeEach, describe, expect, test } from 'vitest';
import { hangs, rejects, World } from '../support/world.js';

let world: World;

beforeEach(() => {
  world = new World();
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
    // But that there was somebody, whose answers the browser's cache may have.
    expect(world.store.record).toEqual({ readers: { isShared: true } });
    expect(world.worker.core.registry.slots.size).toBe(0);
    expect(world.worker.core.registry.clients.size).toBe(0);
  });

  test('nothing at all where nobody has had a token', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.say({ type: 'goodbye', erase: true }));
    expect(world.store.record).toBeUndefined();
  });

  test('that there may have been somebody, where the store could not be read before', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    world.store.behaviour = 'throws';
    world.restartWorker();
    await world.clock.settle();
    world.store.behaviour = 'works';
    await world.clock.until(page.say({ type: 'goodbye', erase: true }));
    expect(world.store.record).toEqual({ readers: { isShared: true } });
  });

  test('that there was somebody also where it is taken away twice, the second time by a worker that has just started', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await page.sendsToken();
    for (let time = 0; time < 2; time++) {
      await world.clock.until(page.say({ type: 'goodbye', erase: true }));
      world.restartWorker();
    }
    expect(world.store.record).toEqual({ readers: { isShared: true } });
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

  test('a logout of an identity without pages is remembered for a day', async () => {
    const gone = await world.registeredPage('gone', world.gives('ann'), 'ann');
    await world.clock.until(gone.say({ type: 'logout' }));
    gone.state = 'closed';
    await world.clock.advance(24 * 3600_000 - 1000);
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

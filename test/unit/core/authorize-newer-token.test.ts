import { describe, expect, test } from 'vitest';
import { refusedWorld } from '../support/refused-world.js';
import { World } from '../support/world.js';

describe('a newer token in a response', () => {
  const options = { tokenResponseHeader: 'X-acpt' };

  test('is used from then on, without a call of the provider', async () => {
    const world = new World(options);
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    let given = '';
    world.server.respond = () => ({
      status: 200,
      headers: { 'x-ACPT': (given = world.mint('session', 900)) },
    });
    await world.clock.until(page.fetch());
    await world.clock.advance(2000);
    const first = given;
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(first);
    await world.clock.advance(0);
    for (let minutes = 0; minutes < 30; minutes++) {
      await world.clock.advance(60_000);
      expect((await world.clock.until(page.fetch(), 0)).status).toBe(200);
    }
    expect(page.calls).toHaveLength(1);
    expect(page.eventsNamed('tokenRefreshed').length).toBeGreaterThan(30);
    expect(world.store.text()).toContain(given);
  });

  test('is taken from the answer to a retried request as well', async () => {
    const { world, page } = await refusedWorld(options);
    let given = '';
    world.server.respond = ({ isRetry }) =>
      isRetry ? { status: 200, headers: { 'X-acpt': (given = world.mint('ann', 900)) } } : undefined;
    await world.clock.until(page.fetch());
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(given);
  });

  test('is not taken from an answer to a refused token', async () => {
    const { world, page } = await refusedWorld({ ...options, retryStatus: [401] });
    const planted = world.mint('planted');
    world.server.respond = ({ isRetry }) =>
      isRetry ? undefined : { status: 401, headers: { 'X-acpt': planted } };
    const token = await page.sendsToken();
    expect(token).not.toBe(planted);
  });

  test.each([
    ['is no token', () => 'a b'],
    ['is empty', () => ''],
    ['is the same', (world: World) => world.token(0)],
    ['is older', (world: World) => world.mint('ann', 900, { iat: world.nowSeconds() - 60 })],
    ['has expired', (world: World) => world.mint('ann', -1)],
    ['has an exp that is none', (world: World) => world.mint('ann', 0, { exp: 'soon' })],
  ])('is left alone where it %s', async (_what, give) => {
    const world = new World(options);
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const token = await page.sendsToken();
    world.server.respond = () => ({ status: 200, headers: { 'X-acpt': give(world) } });
    await world.clock.until(page.fetch());
    world.server.respond = () => undefined;
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(token);
    expect(page.eventsNamed('tokenRefreshed')).toHaveLength(1);
  });

  test('cannot undo a logout that came before the answer', async () => {
    const world = new World(options);
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    const given = world.mint('ann', 900);
    world.server.takesMs = 1000;
    world.server.respond = () => ({ status: 200, headers: { 'X-acpt': given } });
    const late = page.fetch();
    await world.clock.advance(10);
    await world.clock.until(page.say({ type: 'logout' }), 100);
    await world.clock.until(late);
    await world.clock.settle();
    expect(world.store.text()).not.toContain(given);
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
  });

  test('of a session that was logged out is not the token of the next one', async () => {
    const world = new World(options);
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    world.server.takesMs = 1000;
    world.server.respond = () => ({ status: 200, headers: { 'X-acpt': given } });
    const given = world.mint('ann', 900);
    const late = page.fetch();
    await world.clock.advance(10);
    await world.clock.until(page.say({ type: 'logout' }), 100);
    await world.clock.until(page.register('ann'), 100);
    await world.clock.until(late);
    await world.clock.settle();
    world.server.respond = () => undefined;
    const token = await page.sendsToken();
    expect(token).toBe(world.token(-1));
    expect(token).not.toBe(given);
    expect(world.store.text()).not.toContain(given);
  });

  test('is said to nobody where a logout elsewhere came first', async () => {
    const world = new World(options);
    world.hasChannel = false;
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    const first = world.worker;
    const second = (world.worker = world.addCore());
    await world.clock.settle();
    await world.clock.until(page.say({ type: 'logout' }));
    expect(second.core.registry.slot('id:ann').closed).toBe(true);
    world.worker = first;
    const given = world.mint('ann', 900);
    world.server.respond = () => ({ status: 200, headers: { 'X-acpt': given } });
    page.events.length = 0;
    await world.clock.until(page.fetch());
    await world.clock.settle();
    expect(page.eventsNamed('tokenRefreshed')).toEqual([]);
    expect(world.store.text()).not.toContain(given);
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
  });

  test('is not looked for where no option names a header', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    world.server.respond = () => ({ status: 200, headers: { 'X-acpt': world.mint('ann', 900) } });
    const token = await page.sendsToken();
    expect((await world.clock.until(page.fetch())).token).toBe(token);
  });
});

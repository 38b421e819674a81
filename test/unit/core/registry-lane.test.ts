import { beforeEach, describe, expect, test } from 'vitest';
import { inCore, laneOf } from '../support/logged-out.js';
import type { VirtualPage } from '../support/virtual-page.js';
import { World } from '../support/world.js';

let world: World;

beforeEach(() => {
  world = new World();
});

/** Lets a page speak in a lane of its own. */
function inLane(page: VirtualPage): <T>(say: () => Promise<T>) => Promise<T> {
  const lane = laneOf(world, page);
  return (say) => inCore(world, lane, say);
}

describe('a page in a lane of its own writes its record', () => {
  test('and leaves in the store what the worker has written of its pages', async () => {
    const page = world.openPage('p1', world.gives('ann'));
    const say = inLane(page);
    await say(() => page.register('ann'));
    const other = await world.registeredPage('p2', world.gives('bob'), 'bob');
    const token = await other.sendsToken();
    await say(() => page.fetch());
    world.restartWorker();
    expect(await other.status()).toMatchObject({ state: 'fresh', identity: 'bob' });
    expect(await other.sendsToken()).toBe(token);
    expect(other.calls).toHaveLength(1);
  });

  test.each(['registers', 'comes back'])('also where it %s after they have', async (what) => {
    const other = await world.registeredPage('p2', world.gives('bob'), 'bob');
    const token = await other.sendsToken();
    const say = inLane(world.openPage('p1', world.gives('ann')));
    await say(() => world.pages.get('p1')!.say({ type: 'hello', register: what === 'registers' }));
    world.restartWorker();
    expect(await other.sendsToken()).toBe(token);
    expect(other.calls).toHaveLength(1);
  });

  test('an hour after one of those has logged out, whose worker then starts anew: it stays logged out', async () => {
    const other = await world.registeredPage('p2', world.gives('bob'), 'bob');
    await other.sendsToken();
    await world.clock.until(other.say({ type: 'logout' }));
    await world.clock.advance(3601_000);
    const page = world.openPage('p1', world.gives('ann'));
    await inLane(page)(() => page.register('ann'));
    world.restartWorker();
    expect((await world.clock.until(other.fetch())).token).toBeUndefined();
    expect(other.calls).toHaveLength(1);
  });

  test('also where the record of another page is damaged', async () => {
    world.store.record = { clients: new Map([['eve', null]]), slots: new Map(), skewMs: 0 };
    const page = world.openPage('p1', world.gives('ann'));
    await inLane(page)(() => page.register('ann'));
    expect(world.store.text()).toContain('"p1"');
    expect(world.store.text()).not.toContain('eve');
  });
});

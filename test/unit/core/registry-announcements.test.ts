import { beforeEach, describe, expect, test } from 'vitest';
import { rejects, World } from '../support/world.js';

let world: World;

beforeEach(() => {
  world = new World();
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

  test('of a logout and a login that were missed is no new token where there is none yet', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await page.sendsToken();
    const asleep = world.worker;
    world.hasChannel = false;
    world.worker = world.addCore();
    await world.clock.until(page.say({ type: 'logout' }));
    page.provider = rejects;
    await world.clock.until(page.register('ann'));
    page.events.length = 0;
    asleep.hear({ identity: 'id:ann', reason: 'forced' });
    await world.clock.settle();
    expect(page.events).toEqual([]);
  });

  test.each([
    ['nothing', {}],
    ['no identity', { reason: 'forced' }],
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

import { beforeEach, describe, expect, test } from 'vitest';
import { atHand } from '../../../src/core/acquire.js';
import { tellChanges } from '../../../src/core/hear-others.js';
import { rejects, World } from '../support/world.js';

let world: World;

beforeEach(() => {
  world = new World();
});

describe('a command is answered', () => {
  test('as done, whatever it was', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    for (const type of ['getToken', 'getStatus', 'wake', 'logout', 'goodbye'] as const) {
      expect((await world.clock.until(page.say({ type }))).type).toBe('done');
    }
  });

  test('with what is missing, where the page has not registered', async () => {
    const page = world.openPage('p1');
    await expect(page.say({ type: 'getStatus' })).rejects.toMatchObject({
      code: 'no-client',
      message: 'This page has not registered.',
    });
  });

  test('with what to do, where storage that had worked does not take a logout', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    world.store.behaviour = 'throws';
    await expect(world.clock.until(page.say({ type: 'logout' }))).rejects.toMatchObject({
      code: 'worker-unavailable',
      message: 'Storage may have kept the token. Log out again.',
    });
  });
});

test('a page that comes back, and does not register anew, does not cut short the wait after a failure', async () => {
  const page = await world.registeredPage('p1', rejects, 'ann');
  await world.clock.until(page.fetch());
  await world.clock.until(page.say({ type: 'hello', register: false, identity: 'ann' }));
  await world.clock.until(page.fetch());
  expect(page.calls).toHaveLength(1);
});

test('once the store is to be read again nothing is at hand until it has been', async () => {
  const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
  const token = await page.sendsToken();
  const { core } = world.worker;
  core.registry.load();
  expect(atHand(core, 'p1', 30)).toBeUndefined();
  await core.registry.ready;
  expect(atHand(core, 'p1', 30)?.token.value).toBe(token);
});

test('what another core says of an identity that nobody here has is told to nobody', async () => {
  await world.registeredPage('p1', world.gives('ann'), 'ann');
  const { registry } = world.worker.core;
  await tellChanges(registry, 'id:nobody', 'forced', () => Promise.resolve());
  expect(world.notices).toEqual([]);
});

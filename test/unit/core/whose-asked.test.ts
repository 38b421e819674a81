import { beforeEach, describe, expect, test } from 'vitest';
import { acquire } from '../../../src/core/acquire.js';
import { rejects, World } from '../support/world.js';

let world: World;

beforeEach(() => {
  world = new World();
});

const tokenFor = async (clientId: string): Promise<string | undefined> =>
  (await world.clock.until(acquire(world.worker.core, clientId, 30)))?.token.value;

test('a request of no client, as a navigation’s, is served while one identity is live in the scope', async () => {
  const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
  expect(await tokenFor('')).toBe(world.token(0));
  await world.registeredPage('p2', world.gives('bob'), 'bob');
  expect(await tokenFor('')).toBeUndefined();
  expect(page.calls).toHaveLength(1);
});

test('a page that is not known, and whose provider fails at first, is asked again later', async () => {
  const page = world.openPage('p1', rejects);
  expect((await world.clock.until(page.fetch())).token).toBeUndefined();
  page.provider = world.gives('ann');
  await world.clock.advance(2000);
  expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
});

describe('for a worker’s request', () => {
  beforeEach(() => {
    world.openWorker('w1');
  });

  test('a page that has registered without a name, and has sent nothing, is asked for its first token', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    await tokenFor('w1');
    expect(page.calls).toMatchObject([{ reason: 'initial' }]);
  });

  test('pages that have said their names are not asked, since two users are known to be there', async () => {
    const ann = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const bob = await world.registeredPage('p2', world.gives('bob'), 'bob');
    expect(await tokenFor('w1')).toBeUndefined();
    expect([ann.calls, bob.calls]).toEqual([[], []]);
  });

  test('pages that open as fast as they are asked do not keep it waiting for ever', async () => {
    let opened = 0;
    const open = (): void => {
      const nth = opened++;
      world.openPage(`p${nth}`, () => {
        open();
        return world.mint('ann');
      });
    };
    open();
    expect(await tokenFor('w1')).toBeUndefined();
    expect(world.providerCalls()).toBe(3);
  });
});

import { beforeEach, expect, test } from 'vitest';
import { authorize } from '../../../src/core/authorize.js';
import { World } from '../support/world.js';

let world: World;

beforeEach(async () => {
  world = new World();
  await world.registeredPage('p1', world.gives('ann'), 'ann');
});

/** Whether a request of page `p1` asks past the browser's cache. */
async function isPastCache(): Promise<boolean | undefined> {
  let isPast: boolean | undefined;
  const answer = { status: 200, headers: new Headers() };
  const request = authorize(world.worker.core, {
    clientId: 'p1',
    url: 'https://app.example/api/me',
    rule: { path: '/api/' },
    covers: () => true,
    mayWait: true,
    send: (_token, past) => ((isPast = past), Promise.resolve(answer)),
    resend: undefined,
    refuse: () => answer,
  });
  await world.clock.until(request);
  return isPast;
}

test('after another user each request asks past the cache, the second too', async () => {
  world.worker.core.registry.readers.own('id:bob');
  expect([await isPastCache(), await isPastCache()]).toEqual([true, true]);
});

test('a worker that has read the store, and found nobody else there, asks the cache', async () => {
  world.restartWorker();
  expect(await isPastCache()).toBe(false);
});

test('a worker that could not read the store asks past the cache', async () => {
  world.store.behaviour = 'throws';
  world.restartWorker();
  await world.registeredPage('p1', world.gives('ann'), 'ann');
  expect(await isPastCache()).toBe(true);
});

test('which is over, and not remembered, once it can', async () => {
  world.store.behaviour = 'throws';
  world.restartWorker();
  world.store.behaviour = 'works';
  await world.registeredPage('p1', world.gives('ann'), 'ann');
  expect(await isPastCache()).toBe(false);
  world.restartWorker();
  expect(await isPastCache()).toBe(false);
});

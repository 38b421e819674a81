import { beforeEach, describe, expect, test } from 'vitest';
import { authorize } from '../../../src/core/authorize.js';
import { World } from '../support/world.js';

let world: World;

beforeEach(async () => {
  world = new World();
  await world.registeredPage('p1', world.gives('ann'), 'ann');
});

/** Whether a request of page `p1` asks past the browser's cache. */
async function isPastCache(method = 'GET', path = '/api/me', status = 200): Promise<boolean | undefined> {
  let isPast: boolean | undefined;
  const answer = { status, headers: new Headers() };
  const request = authorize(world.worker.core, {
    clientId: 'p1',
    method,
    url: `https://app.example${path}`,
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

describe('after another user', () => {
  beforeEach(() => world.worker.core.registry.readers.own('id:bob'));

  test('each address is asked past the cache once, for each method', async () => {
    expect(await isPastCache()).toBe(true);
    expect(await isPastCache()).toBe(false);
    expect(await isPastCache('GET', '/api/other')).toBe(true);
    expect(await isPastCache('HEAD')).toBe(true);
  });

  test.each([300, 304, 404, 500])('an answer of %i, which may be none, does not count', async (status) => {
    await isPastCache('GET', '/api/me', status);
    expect(await isPastCache()).toBe(true);
  });
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

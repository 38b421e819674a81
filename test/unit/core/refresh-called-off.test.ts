import { beforeEach, describe, expect, test } from 'vitest';
import { acquire } from '../../../src/core/acquire.js';
import { refresh } from '../../../src/core/refresh.js';
import { take, type RefreshOutcome } from '../../../src/core/slot.js';
import { readToken } from '../../../src/core/token.js';
import { hangs, World } from '../support/world.js';

const IDENTITY = 'id:ann';

let world: World;

beforeEach(() => {
  world = new World();
});

/** The outcome of a refresh for page `p1`, without what its callers make of it. */
function refreshed(): Promise<RefreshOutcome> {
  const { core } = world.worker;
  return refresh(core, core.registry.slot(IDENTITY), 'initial', 'p1', 30);
}

describe('a logout while a token is waited for', () => {
  test('of a page whose token is being judged, and a login in another page: that token is not the new session’s', async () => {
    world.server.tellingTakesMs = 1000;
    const old = { iat: Math.floor(world.nowSeconds()) - 170 };
    const page = await world.registeredPage('p1', () => world.mint('ann', 10, old), 'ann');
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    const waiting = page.fetch();
    await world.clock.advance(500);
    await world.clock.until(other.say({ type: 'logout' }));
    await world.clock.until(other.register('ann'));
    await world.clock.advance(2000);
    expect((await world.clock.until(waiting)).token).toBeUndefined();
    expect(world.worker.core.registry.slot(IDENTITY)).toMatchObject({ closed: false, token: undefined });
  });

  test('is told to all who wait, and takes no lock for those who come later', async () => {
    const page = await world.registeredPage('p1', hangs, 'ann');
    const loggedOut = { code: 'logged-out', message: '' };
    const told = expect(acquire(world.worker.core, 'p1', 30)).rejects.toMatchObject(loggedOut);
    await world.clock.advance(100);
    await world.clock.until(page.say({ type: 'logout' }));
    await told;
    world.locks.names.clear();
    await expect(acquire(world.worker.core, 'p1', 30)).rejects.toMatchObject(loggedOut);
    expect(world.locks.names.size).toBe(0);
  });

  test('is not undone by a page that asked for a new token by force before it', async () => {
    const page = await world.registeredPage('p1', world.gives('ann', 180, 500), 'ann');
    void page.fetch();
    await world.clock.advance(100);
    const told = expect(page.say({ type: 'getToken', forceRefresh: true })).rejects.toMatchObject({
      code: 'logged-out',
    });
    await world.clock.advance(100);
    await world.clock.until(page.say({ type: 'logout' }));
    await told;
    expect(await page.status()).toMatchObject({ state: 'none' });
    expect(page.calls).toHaveLength(1);
  });

  test('in another core at the very moment of the last one here: it is a logout', async () => {
    world.hasChannel = false;
    await world.registeredPage('p1', world.gives('ann'), 'ann');
    const elsewhere = world.addCore();
    await world.clock.settle();
    const { registry } = elsewhere.core;
    registry.clear(registry.slot(IDENTITY), true);
    registry.slot(IDENTITY).generation = world.worker.core.registry.slot(IDENTITY).generation;
    await world.clock.until(registry.sync());
    await expect(world.clock.until(refreshed())).rejects.toMatchObject({ code: 'logged-out', message: '' });
  });

  test('in another core, and a login there: a request of the former session does not get the new one’s token', async () => {
    world.hasChannel = false;
    const page = await world.registeredPage('p1', world.gives('ann', 180, 500), 'ann');
    const elsewhere = world.addCore();
    await world.clock.settle();
    const waiting = page.fetch();
    await world.clock.advance(100);
    const { registry } = elsewhere.core;
    const slot = registry.slot(IDENTITY);
    registry.clear(slot, false);
    const [token] = readToken({ token: world.mint('ann') }, world.nowSeconds(), registry.tick());
    take(slot, token, world.nowSeconds());
    await world.clock.until(registry.sync());
    expect((await world.clock.until(waiting)).token).toBeUndefined();
    expect((await world.clock.until(page.fetch())).token).toBe(token.value);
  });
});

test('a refresh that begins as another is called off is the one that later calls join', async () => {
  await world.registeredPage('p1', hangs, 'ann');
  const { registry } = world.worker.core;
  const former = refreshed();
  registry.clear(registry.slot(IDENTITY), false);
  const second = refreshed();
  await expect(former).rejects.toMatchObject({ code: 'logged-out' });
  await world.clock.settle();
  const third = refreshed();
  expect(third).toBe(second);
  await expect(world.clock.until(second)).rejects.toMatchObject({ code: 'provider-timeout' });
});

describe('a page that registers as somebody else while its provider is called', () => {
  test('leaves nobody to ask for the former', async () => {
    const page = await world.registeredPage('p1', world.gives('ann', 180, 500), 'ann');
    const former = refreshed();
    await world.clock.advance(100);
    await world.clock.until(page.register('bob'));
    await expect(world.clock.until(former)).rejects.toMatchObject({ code: 'no-client', message: '' });
  });

  test('gets no token for what the former asked', async () => {
    const page = await world.registeredPage('p1', world.gives('ann', 180, 500), 'ann');
    const former = acquire(world.worker.core, 'p1', 30);
    await world.clock.advance(100);
    await world.clock.until(page.register('bob'));
    await expect(world.clock.until(former)).rejects.toMatchObject({ code: 'logged-out', message: '' });
  });
});

test('a page that turns out to be somebody else does not end the wait of another of its former identity', async () => {
  const switches = await world.registeredPage('p1', undefined, 'ann');
  const stays = await world.registeredPage('p2', world.gives('ann'), 'ann');
  switches.provider = async () => {
    await world.clock.sleep(500);
    return { token: world.mint('bob'), identity: 'bob' };
  };
  const [, answer] = await world.clock.until(Promise.all([switches.fetch(), stays.fetch()]));
  expect(answer.token).toBe(world.token(1));
});

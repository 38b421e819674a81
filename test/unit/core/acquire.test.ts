import { beforeEach, describe, expect, test } from 'vitest';
import { acquire, atHand } from '../../../src/core/acquire.js';
import { hangs, rejects, World } from '../support/world.js';
import type { VirtualPage } from '../support/virtual-page.js';

let world: World;
let page: VirtualPage;

beforeEach(async () => {
  world = new World();
  page = await world.registeredPage('p1', world.gives('ann'), 'ann');
});

const getToken = async (minValiditySeconds?: number, forceRefresh?: boolean): Promise<string | undefined> =>
  (await world.clock.until(page.say({ type: 'getToken', minValiditySeconds, forceRefresh }))).token;

describe('at hand', () => {
  test('is a fresh token of a known client, once the store has been read', async () => {
    expect(atHand(world.worker.core, 'p1', 30)).toBeUndefined();
    await world.clock.until(page.fetch());
    expect(atHand(world.worker.core, 'p1', 30)?.token.value).toBe(world.token(0));
    expect(atHand(world.worker.core, 'nobody', 30)).toBeUndefined();
    world.restartWorker();
    expect(atHand(world.worker.core, 'p1', 30)).toBeUndefined();
    await world.clock.settle();
    expect(atHand(world.worker.core, 'p1', 30)?.token.value).toBe(world.token(0));
  });

  test('is no token in its window', async () => {
    await world.clock.until(page.fetch());
    await world.clock.advance(150_000);
    expect(atHand(world.worker.core, 'p1', 30)).toBeUndefined();
  });
});

describe('getAccessToken', () => {
  test('gives the current token, without a call where it is fresh', async () => {
    expect(await getToken()).toBe(world.token(0));
    expect(await getToken()).toBe(world.token(0));
    expect(page.calls).toHaveLength(1);
  });

  test('waits for one that lasts as long as it must', async () => {
    await getToken();
    await world.clock.advance(100_000);
    expect(await getToken(85)).toBe(world.token(1));
    expect(page.calls[1]).toMatchObject({ reason: 'expiring', minValiditySeconds: 85 });
  });

  test('forced, gives a new one, whatever is left of the old', async () => {
    await getToken();
    await world.clock.advance(1000);
    expect(await getToken(undefined, true)).toBe(world.token(1));
    expect(page.calls[1]!.reason).toBe('forced');
  });

  test('forced, waits for the new one also where the old one could still be sent', async () => {
    await getToken();
    await world.clock.advance(146_000);
    expect(await getToken(undefined, true)).toBe(world.token(1));
  });

  test('forced, does not heed a wait after a failure, and opens an identity that was logged out', async () => {
    page.provider = rejects;
    await expect(getToken()).rejects.toMatchObject({ code: 'provider-rejected' });
    page.provider = world.gives('ann');
    await expect(getToken()).rejects.toMatchObject({ code: 'reauth-required' });
    expect(await getToken(undefined, true)).toBe(world.token(0));
    await world.clock.until(page.say({ type: 'logout' }));
    await expect(getToken()).rejects.toMatchObject({ code: 'logged-out' });
    expect(await getToken(undefined, true)).toBe(world.token(1));
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(1));
  });

  test('forced, rejects where the provider fails, though the old token is valid', async () => {
    await getToken();
    page.provider = rejects;
    await expect(getToken(undefined, true)).rejects.toMatchObject({ code: 'provider-rejected' });
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
  });

  test('forced by two at once: one call', async () => {
    const tokens = await Promise.all([getToken(undefined, true), getToken(undefined, true)]);
    expect(new Set(tokens).size).toBe(1);
    expect(page.calls).toHaveLength(1);
  });

  test('forced by several at once, and it fails: one call, and all are told', async () => {
    page.provider = (ask, nth) => world.clock.sleep(500).then(() => rejects(ask, nth));
    const forced = [1, 2, 3].map(() => getToken(undefined, true));
    for (const each of await Promise.allSettled(forced)) {
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'provider-rejected' } });
    }
    expect(page.calls).toHaveLength(1);
    expect(page.eventsNamed('refreshError')).toHaveLength(1);
  });

  test('forced while another page’s is under way that fails: its own provider is asked', async () => {
    page.provider = hangs;
    const first = page.say({ type: 'getToken', forceRefresh: true });
    first.catch(() => undefined);
    await world.clock.advance(100);
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    const { token } = await world.clock.until(other.say({ type: 'getToken', forceRefresh: true }));
    expect(token).toBe(world.token(0));
    await expect(first).rejects.toMatchObject({ code: 'provider-timeout' });
    expect([page.calls.length, other.calls.length]).toEqual([1, 1]);
  });

  test('forced while a refresh is under way that fails: the provider is asked once more, for this call', async () => {
    page.provider = (_ask, nth) => {
      if (nth > 1) return world.mint('ann');
      return world.clock.sleep(500).then(() => rejects(_ask, nth));
    };
    const waiting = page.fetch();
    await world.clock.advance(100);
    expect(await getToken(undefined, true)).toBe(world.token(0));
    await world.clock.until(waiting);
    expect(page.calls.map(({ reason }) => reason)).toEqual(['initial', 'forced']);
  });

  test('not forced, by two at once, and it fails: both are told why', async () => {
    page.provider = hangs;
    for (const each of await Promise.allSettled([getToken(), getToken()])) {
      expect(each).toMatchObject({ reason: { code: 'provider-timeout' } });
    }
  });

  test('not forced, gives a valid token though the refresh fails', async () => {
    await getToken();
    await world.clock.advance(160_000);
    page.provider = rejects;
    expect(await getToken()).toBe(world.token(0));
  });

  test('forced by a page whose user has changed: one call, and the token of the new user', async () => {
    const other = await world.registeredPage('p2', world.gives('ann'));
    await world.clock.until(other.fetch());
    other.provider = world.gives('bob');
    const { token } = await world.clock.until(other.say({ type: 'getToken', forceRefresh: true }));
    expect(token).toBe(world.token(-1));
    expect(other.calls).toHaveLength(2);
  });

  test('within its bound where the provider hangs', async () => {
    page.provider = hangs;
    await expect(getToken()).rejects.toMatchObject({ code: 'provider-timeout' });
    expect(world.clock.trueNowMs() % 60_000).toBeLessThanOrEqual(11_500);
  });
});

test('a failed background refresh is not tried again by the next request of its wait', async () => {
  await world.clock.until(page.fetch());
  page.provider = rejects;
  await world.clock.advance(150_000);
  await world.clock.until(page.fetch());
  await world.clock.settle();
  await world.clock.until(page.fetch());
  expect(page.calls).toHaveLength(2);
});

test('a client of no identity gets no grant', async () => {
  const worker = world.openWorker('w1');
  await world.registeredPage('p2', undefined, 'bob');
  expect(await world.clock.until(acquire(world.worker.core, worker.id, 30))).toBeUndefined();
});

test('a request that waits when another page logs out gets no token', async () => {
  const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
  page.provider = world.gives('ann', 180, 2000);
  const waiting = page.fetch();
  await world.clock.advance(100);
  await world.clock.until(other.say({ type: 'logout' }), 100);
  expect((await world.clock.until(waiting, 100)).token).toBeUndefined();
  expect(page.eventsNamed('requestSkipped')).toMatchObject([{ why: 'logged-out' }]);
});

import { describe, expect, test } from 'vitest';
import type { VirtualPage } from '../support/virtual-page.js';
import { World } from '../support/world.js';

/** A worker that has heard nothing of the token which another core has stored since, so long ago. */
async function behindTheStore(agoMs: number): Promise<{ world: World; page: VirtualPage; token: string }> {
  const world = new World();
  world.hasChannel = false;
  const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
  const second = world.addCore();
  await world.clock.settle();
  const token = await page.sendsToken();
  await world.clock.advance(agoMs);
  world.worker = second;
  return { world, page, token };
}

describe('generations', () => {
  test('a logout during a refresh: its result is dropped, the store is empty, waiters are told', async () => {
    const world = new World({ onUnavailable: 'fail' });
    const page = await world.registeredPage('p1', world.gives('ann', 180, 2000), 'ann');
    const waiting = page.fetch();
    await world.clock.advance(1000);
    await world.clock.until(page.say({ type: 'logout' }), 100);
    expect(await world.clock.until(waiting, 100)).toMatchObject({ status: 401, code: 'logged-out' });
    await world.clock.advance(5000);
    expect(world.tokens).toHaveLength(1);
    expect(world.store.text()).not.toContain(world.token(0));
    expect(world.worker.core.registry.slot('id:ann').token).toBeUndefined();
    expect(page.eventsNamed('tokenRefreshed')).toHaveLength(0);
    expect(page.eventsNamed('refreshError')).toHaveLength(0);
    expect(page.calls).toHaveLength(1);
  });

  test('a logout in one core ends a refresh of another, and what it brings is dropped', async () => {
    const world = new World({ onUnavailable: 'fail' });
    const page = await world.registeredPage('p1', world.gives('ann', 180, 2000), 'ann');
    const second = world.addCore();
    await world.clock.settle();
    const waiting = page.fetch();
    await world.clock.advance(1000);
    const first = world.worker;
    world.worker = second;
    await world.clock.until(page.say({ type: 'logout' }), 100);
    expect(await world.clock.until(waiting, 100)).toMatchObject({ code: 'logged-out' });
    await world.clock.advance(5000);
    expect(first.core.registry.slot('id:ann')).toMatchObject({ closed: true, token: undefined });
    expect(world.store.text()).not.toContain(world.token(0));
  });

  test('the same without a BroadcastChannel: the store is the truth', async () => {
    const world = new World({ onUnavailable: 'fail' });
    world.hasChannel = false;
    const page = await world.registeredPage('p1', world.gives('ann', 180, 2000), 'ann');
    const second = world.addCore();
    await world.clock.settle();
    const waiting = page.fetch();
    await world.clock.advance(1000);
    const first = world.worker;
    world.worker = second;
    await world.clock.until(page.say({ type: 'logout' }), 100);
    expect(await world.clock.until(waiting)).toMatchObject({ code: 'logged-out' });
    expect(first.core.registry.slot('id:ann')).toMatchObject({ closed: true, token: undefined });
    expect(world.store.text()).not.toContain(world.token(0));
    expect(page.eventsNamed('tokenRefreshed')).toEqual([]);
  });

  test('a token that another core stored last is found without a BroadcastChannel, and no provider is called', async () => {
    const { world, page, token } = await behindTheStore(0);
    expect((await world.clock.until(page.fetch())).token).toBe(token);
    expect(page.calls).toHaveLength(1);
  });

  test('one that another core stored a moment ago is taken though it lasts but a little: the provider has none better', async () => {
    const { page, token } = await behindTheStore(160_000);
    expect(await page.sendsToken()).toBe(token);
    expect(page.calls).toHaveLength(1);
  });

  test('one that another core stored, and that is over, is not taken for a new one', async () => {
    const { world, page, token } = await behindTheStore(200_000);
    expect(await page.sendsToken()).toBe(world.token(1));
    expect(page.calls[1]).toMatchObject({ previousToken: token });
  });

  test('an older token that arrives after a newer one is ignored', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const older = world.mint('ann');
    await world.clock.advance(2000);
    const token = await page.sendsToken();
    page.provider = () => older;
    const done = await world.clock.until(page.say({ type: 'getToken', forceRefresh: true }));
    expect(done.token).toBe(token);
    expect((await world.clock.until(page.fetch())).token).toBe(token);
    expect(page.eventsNamed('tokenRefreshed')).toHaveLength(1);
  });
});

describe('the worker is killed', () => {
  test('in mid-refresh: the lock is free, the next request starts over, one call more at most', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann', 180, 2000), 'ann');
    void page.fetch();
    await world.clock.advance(1000);
    world.restartWorker();
    const { token } = await world.clock.until(page.fetch(), 3000);
    expect(token).toBe(world.token(-1));
    expect(page.calls).toHaveLength(2);
  });

  test('between requests: the token is read back, sent once, and no provider is called', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    const token = await page.sendsToken();
    world.restartWorker();
    expect((await world.clock.until(page.fetch())).token).toBe(token);
    expect(page.calls).toHaveLength(1);
    expect(world.server.received).toHaveLength(2);
  });

  test("with storage: 'memory': no token was stored, the page is asked, and identities are kept", async () => {
    const world = new World({ storage: 'memory' });
    const page = await world.registeredPage('p1', world.gives('ann'));
    const token = await page.sendsToken();
    expect(world.store.text()).not.toContain(token);
    const identity = (await page.status())['identity'];
    world.restartWorker();
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(1));
    expect((await page.status())['identity']).toBe(identity);
    expect(page.calls).toHaveLength(2);
  });
});

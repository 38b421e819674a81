import { beforeEach, describe, expect, test } from 'vitest';
import { heardIdentity, logOutAndForget } from '../support/logged-out.js';
import type { VirtualPage } from '../support/virtual-page.js';
import { rejects, World } from '../support/world.js';

let world: World;
/** Was ann's, and was told that she logged out. */
let page: VirtualPage;
let former: string;

const tokenOf = async (of: VirtualPage): Promise<string | undefined> =>
  (await world.clock.until(of.fetch())).token;

beforeEach(async () => {
  world = new World();
  page = await world.registeredPage('page', world.gives('ann'));
  await logOutAndForget(world, page);
  former = heardIdentity(page)!;
});

describe('a page that is logged out, and unknown to a worker that has forgotten all', () => {
  test('goes without a token while nobody has logged in', async () => {
    expect(await tokenOf(page)).toBeUndefined();
    await world.clock.advance(600_000);
    expect(await tokenOf(page)).toBeUndefined();
  });

  test('is asked once for a request, since nobody could tell it more', async () => {
    const before = page.calls.length;
    await tokenOf(page);
    expect(page.calls.length - before).toBe(1);
  });

  test('fails with the code that it says, also where nobody knows whose it was', async () => {
    page.provider = () => {
      throw Object.assign(new Error('late'), { code: 'provider-timeout', identity: former });
    };
    await world.clock.until(page.say({ type: 'hello' }));
    const asked = world.clock.until(page.say({ type: 'getToken' }));
    await expect(asked).rejects.toMatchObject({ code: 'provider-timeout' });
  });

  test('whose user has logged in elsewhere is told so, and gives its own token', async () => {
    const again = await world.registeredPage('again', world.gives('ann'));
    await again.sendsToken();
    expect(await tokenOf(page)).toBe(world.token(-1));
    expect(page.eventsNamed('tokenRefreshed').at(-1)).toMatchObject({ identity: former });
  });

  test('whose user logs in elsewhere later is told then, and waits for nothing', async () => {
    for (let round = 0; round < 5; round++) {
      expect(await tokenOf(page)).toBeUndefined();
      await world.clock.advance(20_000);
    }
    expect(await tokenOf(page)).toBeUndefined();
    const again = await world.registeredPage('again', world.gives('ann'));
    await again.sendsToken();
    expect(await tokenOf(page)).toBe(world.token(-1));
  });

  test.each([
    ['logs in after it was asked', true],
    ['has a token already when it is asked', false],
  ])('hears nothing of another user who %s', async (_when, isAskedBefore) => {
    if (isAskedBefore) expect(await tokenOf(page)).toBeUndefined();
    const heard = page.eventsNamed('tokenRefreshed');
    const stranger = await world.registeredPage('stranger', world.gives('bob'));
    await stranger.sendsToken();
    expect(await tokenOf(page)).toBeUndefined();
    expect(page.eventsNamed('tokenRefreshed')).toEqual(heard);
  });

  test('whose user logs in elsewhere and out again hears of both', async () => {
    expect(await tokenOf(page)).toBeUndefined();
    const heard = page.events.length;
    const again = await world.registeredPage('again', world.gives('ann'));
    await again.sendsToken();
    await world.clock.until(again.say({ type: 'logout' }));
    const names = page.events.slice(heard).map(({ name }) => name);
    expect(names).toEqual(['tokenRefreshed', 'loggedOut']);
  });

  test('whose provider still refuses when it hears of its user’s login hears of the logout too', async () => {
    page.provider = () => {
      throw Object.assign(new Error('not yet'), { identity: former });
    };
    const again = await world.registeredPage('again', world.gives('ann'));
    await again.sendsToken();
    expect(await tokenOf(page)).toBeUndefined();
    await world.clock.until(again.say({ type: 'logout' }));
    expect(page.events.at(-1)?.name).toBe('loggedOut');
  });

  test('whose user logs in elsewhere and out again stays without', async () => {
    const again = await world.registeredPage('again', world.gives('ann'));
    await again.sendsToken();
    await world.clock.until(again.say({ type: 'logout' }));
    expect(await tokenOf(page)).toBeUndefined();
  });
});

describe('a page of a named identity that is logged out', () => {
  test.each(['shop-client:7', 'shop-claims:7'])(
    'is told of a login where the name is %s, of which a part looks like a prefix of ours',
    async (name) => {
      const named = await world.registeredPage('named', world.gives('bob'), name);
      await logOutAndForget(world, named);
      expect(await tokenOf(named)).toBeUndefined();
      const again = await world.registeredPage('again', world.gives('bob'), name);
      await again.sendsToken();
      expect(await tokenOf(named)).toBe(world.token(-1));
    },
  );

  test.each(['client:7', 'claims:7'])('is told of a login where the name is %s', async (name) => {
    const named = await world.registeredPage('named', world.gives('bob'), name);
    await logOutAndForget(world, named);
    expect(await tokenOf(named)).toBeUndefined();
    const again = await world.registeredPage('again', world.gives('bob'), name);
    await again.sendsToken();
    expect(await tokenOf(named)).toBe(world.token(-1));
  });

  test('is not told so again where its user logs out elsewhere, and had not logged in', async () => {
    const named = await world.registeredPage('named', world.gives('bob'), 'bob');
    await logOutAndForget(world, named);
    named.identity = undefined;
    await world.clock.until(named.say({ type: 'hello' }));
    expect(await tokenOf(named)).toBeUndefined();
    const heard = [...named.events];
    const again = await world.registeredPage('again', world.gives('bob'), 'bob');
    for (let time = 0; time < 2; time++) await world.clock.until(again.say({ type: 'logout' }));
    expect(named.events).toEqual(heard);
  });

  test('hears of a new token only, not of a refresh that fails in another page of its user', async () => {
    const named = await world.registeredPage('named', world.gives('bob'), 'bob');
    await logOutAndForget(world, named);
    expect(await tokenOf(named)).toBeUndefined();
    const heard = [...named.events];
    const again = await world.registeredPage('again', rejects, 'bob');
    expect(await tokenOf(again)).toBeUndefined();
    expect(again.eventsNamed('refreshError')).toHaveLength(1);
    expect(named.events).toEqual(heard);
  });
});

test('a page that says whose it was gets no token for that: only for one of its provider’s', async () => {
  const ann = await world.registeredPage('ann', world.gives('ann'));
  const token = await ann.sendsToken();
  const liar = await world.registeredPage('liar', () => {
    throw Object.assign(new Error('not mine'), { identity: former });
  });
  expect(await tokenOf(liar)).toBeUndefined();
  await expect(world.clock.until(liar.say({ type: 'getToken' }))).rejects.toThrow();
  expect(await ann.sendsToken()).toBe(token);
});

test('one of a known identity that says that it was another’s makes its own clients hear nothing of that one', async () => {
  const bob = await world.registeredPage('bob', world.gives('bob', 60));
  await bob.sendsToken();
  await world.clock.advance(61_000);
  bob.provider = () => {
    throw Object.assign(new Error('not mine'), { identity: former });
  };
  expect(await tokenOf(bob)).toBeUndefined();
  const heard = bob.eventsNamed('tokenRefreshed').length;
  const ann = await world.registeredPage('ann', world.gives('ann'));
  await ann.sendsToken();
  expect(bob.eventsNamed('tokenRefreshed')).toHaveLength(heard);
});

describe('a logout that is written back by one who slept', () => {
  let again: VirtualPage;

  /** Older than the registration, though of a later generation than the slot's, which was made anew. */
  async function writeBack(): Promise<void> {
    const slept = world.addCore();
    await world.clock.until(slept.core.registry.ready);
    const slot = [...slept.core.registry.slots.values()].find(({ identity }) => identity === former)!;
    Object.assign(slot, { closed: true, generation: slot.generation + 1, token: undefined });
    await world.clock.until(slept.core.registry.sync());
    slept.core.platform.announce({ identity: slot.identity, reason: 'expiring' });
    await world.clock.advance(100);
  }

  beforeEach(async () => {
    again = await world.registeredPage('again', world.gives('ann'));
    await again.sendsToken();
  });

  test('is over for the pages that have registered since, which are told nothing of it', async () => {
    await writeBack();
    expect(await tokenOf(again)).toBe(world.token(-1));
    expect(again.eventsNamed('loggedOut')).toEqual([]);
    world.restartWorker();
    expect(await tokenOf(again)).toBe(world.token(-1));
  });

  test('is over too where the worker starts after it', async () => {
    world.worker.kill();
    world.channel.delete(world.worker);
    await writeBack();
    world.restartWorker();
    expect(await tokenOf(again)).toBe(world.token(-1));
    expect(again.eventsNamed('loggedOut')).toEqual([]);
  });

  /** A worker that knows of the logout, and not of the registration. */
  async function startForgetful(): Promise<void> {
    world.worker.kill();
    world.channel.delete(world.worker);
    await writeBack();
    (world.store.record as { clients: Map<string, unknown> }).clients.delete('again');
    world.restartWorker();
  }

  test('is over too where the worker has forgotten that a page has registered since: the page says so', async () => {
    const registeredAt = world.nowSeconds() * 1000;
    await startForgetful();
    again.provider = () => ({ token: world.mint('ann'), registeredAt });
    expect(await tokenOf(again)).toBe(world.token(-1));
  });

  test('stands where the page has registered before it', async () => {
    await startForgetful();
    again.provider = () => ({ token: world.mint('ann'), registeredAt: 0 });
    expect(await tokenOf(again)).toBeUndefined();
  });
});

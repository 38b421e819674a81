import { beforeEach, describe, expect, test, vi } from 'vitest';
import { acquire } from '../../../src/core/acquire.js';
import { namedIdentity } from '../../../src/core/identity.js';
import type { Registry } from '../../../src/core/registry.js';
import type { VirtualPage } from '../support/virtual-page.js';
import { World } from '../support/world.js';

let world: World;

beforeEach(() => {
  world = new World();
});

describe('a provider whose answer says nothing of an identity', () => {
  test('in a page with a name: the token is for that name', async () => {
    const page = await world.registeredPage('p1', undefined, 'ann');
    page.provider = () => ({ token: world.mint('whoever'), identity: undefined });
    await world.clock.until(page.fetch());
    expect(await page.status()).toMatchObject({ identity: 'ann' });
  });

  test('in a page that has never registered: the token is for whom it says', async () => {
    const page = world.openPage('p1', () => ({ token: world.mint('ann'), identity: undefined }));
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
    const other = await world.registeredPage('p2', world.gives('ann'));
    await world.clock.until(other.fetch());
    expect((await page.status())['identity']).toBe((await other.status())['identity']);
  });
});

describe('a page whose provider turns out to be a user who has logged out in another page', () => {
  const loggedOutElsewhere = async () => {
    const first = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(first.fetch());
    const page = await world.registeredPage('p2', world.gives('bob'));
    await world.clock.until(page.fetch());
    await world.clock.until(first.say({ type: 'logout' }));
    page.provider = world.gives('ann');
    await world.clock.advance(181_000);
    return page;
  };

  test('gets no token for a request', async () => {
    const page = await loggedOutElsewhere();
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
    expect(page.eventsNamed('requestSkipped')).toMatchObject([{ why: 'logged-out' }]);
  });

  test('gets one when it asks for a new one by force', async () => {
    const page = await loggedOutElsewhere();
    const { token } = await world.clock.until(page.say({ type: 'getToken', forceRefresh: true }));
    expect(token).toBe(world.token(-1));
  });
});

test('a token that comes after another core has logged out and in again is void, and no page is told of it', async () => {
  world.hasChannel = false;
  const page = await world.registeredPage('p1', world.gives('ann', 180, 500), 'ann');
  const elsewhere = world.addCore();
  await world.clock.settle();
  const waiting = page.fetch();
  await world.clock.advance(100);
  const { registry } = elsewhere.core;
  registry.clear(registry.slot(namedIdentity('ann')), false);
  await world.clock.until(registry.sync());
  expect((await world.clock.until(waiting)).token).toBeUndefined();
  expect(page.eventsNamed('tokenRefreshed')).toEqual([]);
});

test.each([
  ['after', 1],
  ['in the very moment of', 0],
])(
  'a token is void that comes when another core has logged out, %s what opened it here; who waits for it is told why',
  async (_when, later) => {
    world.hasChannel = false;
    const page = await world.registeredPage('p1', world.gives('ann', 180, 500), 'ann');
    const own = world.worker.core.registry;
    const { generation } = Object.assign(own.slot(namedIdentity('ann')), { generation: own.tick() });
    await world.clock.until(own.sync());
    const { registry } = world.addCore().core;
    await world.clock.settle();
    const waiting = page.say({ type: 'getToken' });
    waiting.catch(() => undefined);
    await world.clock.advance(100);
    Object.assign(registry.slot(namedIdentity('ann')), { closed: true, generation: generation + later });
    await world.clock.until(registry.sync());
    await expect(world.clock.until(waiting)).rejects.toMatchObject({ code: 'logged-out' });
  },
);

test('a logout from before the registration, which a page long frozen writes back, does not close what came since', async () => {
  world.hasChannel = false;
  const page = await world.registeredPage('p1', async () => {
    await world.clock.sleep(500);
    return { token: world.mint('ann'), identity: 'ann' };
  });
  const { registry } = world.addCore().core;
  await world.clock.settle();
  const waiting = page.fetch();
  await world.clock.advance(100);
  Object.assign(registry.slot(namedIdentity('ann')), { closed: true, generation: 1 });
  await world.clock.until(registry.sync());
  expect((await world.clock.until(waiting)).token).toBe(world.token(0));
  expect(page.eventsNamed('tokenRefreshed')).toHaveLength(1);
});

describe('a page of bob’s moves to ann', () => {
  let page: VirtualPage;
  let other: VirtualPage;

  /** Beside another page of one of them; `meanwhile` is what another core does while the provider is asked. */
  async function moves(
    othersIdentity: string,
    meanwhile: (registry: Registry) => void,
  ): Promise<string | undefined> {
    world.hasChannel = false;
    page = await world.registeredPage('p1', world.gives('bob'), 'bob');
    other = await world.registeredPage('p2', world.gives(othersIdentity), othersIdentity);
    await page.sendsToken();
    page.provider = async () => {
      await world.clock.sleep(500);
      return { token: world.mint('ann'), identity: 'ann' };
    };
    const { registry } = world.addCore().core;
    await world.clock.advance(181_000);
    const waiting = page.fetch();
    await world.clock.advance(100);
    meanwhile(registry);
    await world.clock.until(registry.sync());
    return (await world.clock.until(waiting)).token;
  }

  const annLogsOutAndIn = (registry: Registry): void =>
    registry.clear(registry.slot(namedIdentity('ann')), false);

  test('while another core logs bob out: ann’s pages are told', async () => {
    await moves('ann', (registry) => registry.clear(registry.slot(namedIdentity('bob')), true));
    expect(other.eventsNamed('tokenRefreshed')).toMatchObject([{ identity: 'ann' }]);
  });

  test('who logs out and in meanwhile: bob’s pages hear nothing of it', async () => {
    const token = await moves('bob', annLogsOutAndIn);
    expect(token).toBe(world.token(-1));
    // Of his token before that alone.
    expect(other.events.map(({ name }) => name)).toEqual(['tokenRefreshed']);
  });

  test('who logs out and in meanwhile: ann’s pages hear nothing of the token that is void, only of the next', async () => {
    await moves('ann', annLogsOutAndIn);
    const told = other.eventsNamed('tokenRefreshed').map(({ expiresAt }) => expiresAt);
    expect(told).toEqual([expect.any(Number)]);
  });
});

describe('a token’s age at receipt', () => {
  const questions = async (issuedSecondsAgo: number): Promise<number> => {
    const asked = vi.spyOn(world.server, 'timeMs');
    const iat = Math.floor(world.nowSeconds()) - issuedSecondsAgo;
    const page = await world.registeredPage('p1', () => world.mint('ann', 0, { iat, exp: iat + 180 }));
    await world.clock.until(page.fetch());
    return asked.mock.calls.length;
  };

  test.each([
    ['issued in this second: the server need not be asked for the time', 0, 0],
    ['with half of its life left: nor then', 90, 0],
    ['with less left: the server is asked', 91, 1],
    ['issued in the future: the server is asked', -1, 1],
  ])('%s', async (_what, ago, expected) => {
    expect(await questions(ago)).toBe(expected);
  });

  test('an issuer whose clock is ahead of the server’s does not change what is known of the server’s', async () => {
    world.server.tellsTime = true;
    await questions(-100);
    expect(world.worker.core.clock.skewMs).toBe(0);
  });
});

describe('the error says', () => {
  const messageFor = async (provider: () => string): Promise<string> => {
    await world.registeredPage('p1', provider, 'ann');
    const failed: unknown = await world.clock
      .until(acquire(world.worker.core, 'p1', 30))
      .catch((error: unknown) => error);
    return (failed as Error).message;
  };

  test('how long ago the token expired', async () => {
    expect(await messageFor(() => world.mint('ann', -7))).toBe('7 s ago');
  });

  test('what a token must be', async () => {
    expect(await messageFor(() => 'no token')).toMatch(/RFC 6750.*16 KB/);
  });

  test('that the server had refused the very token', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const token = await page.sendsToken();
    world.server.refused.add(token);
    page.provider = () => token;
    await world.clock.until(page.fetch());
    const forced = acquire(world.worker.core, 'p1', 30, true, true);
    await expect(world.clock.until(forced)).rejects.toThrow('refused');
  });
});

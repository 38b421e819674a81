import { beforeEach, describe, expect, test } from 'vitest';
import { hangs, rejects, World } from '../support/world.js';

let world: World;

beforeEach(() => {
  world = new World();
});

describe('a page registers', () => {
  test('no provider is called before a token is needed', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.advance(3600_000);
    expect(page.calls).toHaveLength(0);
  });

  test('twice at once, as StrictMode does: one call for what both need', async () => {
    const page = world.openPage('p1', world.gives('ann'));
    await world.clock.until(Promise.all([page.register(), page.register()]));
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
    expect(page.calls).toHaveLength(1);
  });

  test('again while a request waits: the request waits for the provider of now, and no session is lost', async () => {
    const page = await world.registeredPage('p1', world.gives('ann', 180, 500));
    const waiting = page.fetch();
    await world.clock.advance(100);
    await world.clock.until(page.register());
    expect((await world.clock.until(waiting)).token).toBe(world.token(-1));
    expect(page.calls.length).toBeLessThanOrEqual(2);
    expect(page.eventsNamed('reauthRequired')).toEqual([]);
  });

  test('anew: what was known of its identity is dropped, its provider is asked again', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    page.provider = world.gives('bob');
    await world.clock.until(page.register());
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(1));
  });

  test('anew with an opaque token: the former one is not used for it', async () => {
    const page = await world.registeredPage('p1', () => world.mintOpaque());
    await world.clock.until(page.fetch());
    await world.clock.until(page.register());
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(1));
    expect(world.store.text()).not.toContain(world.token(0));
  });

  test('anew while the first token, an opaque one, is being stored: the request waits for the provider of now', async () => {
    const page = await world.registeredPage('p1', () => world.mintOpaque());
    world.store.writeMs = 100;
    const waiting = page.fetch();
    await world.clock.advance(50);
    expect(world.tokens).toHaveLength(1);
    await world.clock.until(page.register());
    expect((await world.clock.until(waiting)).token).toBe(world.token(1));
  });

  test('anew while an opaque token that has run out is replaced: the request is the former one’s, and goes without', async () => {
    const opaque = () => ({ token: world.mintOpaque(), expiresIn: 100 });
    const page = await world.registeredPage('p1', opaque);
    await page.sendsToken();
    await world.clock.advance(200_000);
    page.provider = hangs;
    const waiting = page.fetch();
    await world.clock.advance(100);
    page.provider = opaque;
    await world.clock.until(page.register());
    expect((await world.clock.until(waiting)).token).toBeUndefined();
    expect(await page.sendsToken()).toBe(world.token(1));
  });

  test('anew with an opaque token, while the former provider is asked: the former token is not used for it', async () => {
    const page = await world.registeredPage('p1', () => world.mintOpaque());
    const former = await page.sendsToken();
    page.provider = hangs;
    const forced = page.say({ type: 'getToken', forceRefresh: true });
    forced.catch(() => undefined);
    await world.clock.advance(100);
    page.provider = () => world.mintOpaque();
    await world.clock.until(page.register());
    expect(await page.sendsToken()).not.toBe(former);
    await expect(world.clock.until(forced)).rejects.toMatchObject({ code: 'logged-out' });
  });

  test('anew after the session was lost, which it still is: it is told so again', async () => {
    const page = await world.registeredPage('p1', rejects, 'ann');
    await world.clock.until(page.fetch());
    await world.clock.until(page.register('ann'));
    expect(await page.status()).toMatchObject({ state: 'none' });
    await world.clock.until(page.fetch());
    expect(page.eventsNamed('reauthRequired')).toHaveLength(2);
  });

  test('anew with the same name: its token is still good', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    await world.clock.until(page.register('ann'));
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
  });

  test('anew after a failure: the provider is tried at once', async () => {
    const page = await world.registeredPage('p1', rejects, 'ann');
    await world.clock.until(page.fetch());
    page.provider = world.gives('ann');
    await world.clock.until(page.register('ann'));
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
  });

  test('while its former provider is asked: what that one says later is void', async () => {
    const page = await world.registeredPage('p1', world.gives('ann', 180, 2000));
    void page.fetch();
    await world.clock.advance(500);
    page.provider = world.gives('bob');
    await world.clock.until(page.register());
    await world.clock.advance(3000);
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(-1));
    const { sub } = JSON.parse(
      Buffer.from(world.server.received.at(-1)!.token!.split('.')[1]!, 'base64url').toString(),
    ) as { sub: string };
    expect(sub).toBe('bob');
  });

  test('after a logout: the identity is open again', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.say({ type: 'logout' }));
    await world.clock.until(page.register('ann'));
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
  });

  test('after a logout of the identity that its claims derive: open again, for the others too', async () => {
    const one = await world.registeredPage('p1', world.gives('ann'));
    const other = await world.registeredPage('p2', world.gives('ann'));
    await world.clock.until(one.fetch());
    await world.clock.until(other.fetch());
    await world.clock.until(one.say({ type: 'logout' }));
    await world.clock.advance(10);
    await world.clock.until(one.register());
    expect((await world.clock.until(one.fetch())).token).toBe(world.token(-1));
    expect((await world.clock.until(other.fetch())).token).toBe(world.token(-1));
  });
});

test('a core that sees its own page alone forgets no other one', async () => {
  await world.registeredPage('p1', world.gives('ann'), 'ann');
  Object.assign(world.worker.core.platform.clients, { seesAll: false, list: () => Promise.resolve([]) });
  await world.registeredPage('p2', world.gives('ann'), 'ann');
  expect([...world.worker.core.registry.clients.keys()]).toEqual(['p1', 'p2']);
});

test('and forgets one that it has not heard of for a day', async () => {
  const { clients } = world.worker.core.platform;
  const sees = { seesAll: false, list: () => Promise.resolve([]), get: () => Promise.resolve(undefined) };
  Object.assign(clients, sees);
  const known = (): string[] => [...world.worker.core.registry.clients.keys()];
  await world.registeredPage('p1', world.gives('ann'), 'ann');
  await world.clock.advance(24 * 3600_000 - 1000);
  await world.registeredPage('p2', world.gives('ann'), 'ann');
  expect(known()).toEqual(['p1', 'p2']);
  await world.clock.advance(2000);
  await world.registeredPage('p3', world.gives('ann'), 'ann');
  expect(known()).toEqual(['p2', 'p3']);
});

describe('a page says hello again without registering (it was cached, or has a new controller)', () => {
  test('a known one keeps its identity and its token', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    await world.clock.until(page.say({ type: 'hello', register: false }));
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(world.token(0));
  });

  test('restored after a logout elsewhere it gets no old token, and opens nothing', async () => {
    const cached = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    await world.clock.until(cached.fetch());
    cached.state = 'cached';
    await world.clock.until(other.say({ type: 'logout' }));
    cached.state = 'live';
    await world.clock.until(cached.say({ type: 'hello', register: false, identity: 'ann' }));
    expect((await world.clock.until(cached.fetch())).token).toBeUndefined();
    expect(cached.calls).toHaveLength(1);
  });

  test('an unnamed one restored after a logout elsewhere gets none either', async () => {
    const cached = await world.registeredPage('p1', world.gives('ann'));
    const other = await world.registeredPage('p2', world.gives('ann'));
    await world.clock.until(cached.fetch());
    await world.clock.until(other.fetch());
    cached.state = 'cached';
    await world.clock.until(other.say({ type: 'logout' }));
    // Forgotten meanwhile: a cached page is not listed.
    await world.registeredPage('p3', undefined, 'bob');
    cached.state = 'live';
    await world.clock.until(cached.say({ type: 'hello', register: false }));
    expect((await world.clock.until(cached.fetch())).token).toBeUndefined();
  });

  test('to a worker that knows nothing, it is asked who it is', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    world.store.record = undefined;
    world.restartWorker();
    await world.clock.until(page.say({ type: 'hello', register: false }));
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(1));
  });
});

describe('logout', () => {
  test('when it resolves the token is gone from every page, the worker and the store', async () => {
    const pages = await Promise.all(
      ['p1', 'p2'].map((id) => world.registeredPage(id, world.gives('ann'), 'ann')),
    );
    const stranger = await world.registeredPage('p3', world.gives('bob'), 'bob');
    await world.clock.until(Promise.all([pages[0]!.fetch(), stranger.fetch()]));
    const [ofAnn, ofBob] = world.tokens;
    await world.clock.until(pages[0]!.say({ type: 'logout' }), 0);
    expect(world.store.text()).not.toContain(ofAnn);
    for (const page of pages) expect((await world.clock.until(page.fetch())).token).toBeUndefined();
    expect((await world.clock.until(stranger.fetch())).token).toBe(ofBob);
    expect(pages.map((page) => page.calls.length)).toEqual([1, 0]);
    expect(await pages[1]!.status()).toMatchObject({ state: 'none', expiresAt: null });
  });

  test('twice is as good as once', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(Promise.all([page.say({ type: 'logout' }), page.say({ type: 'logout' })]));
    await world.clock.until(page.register('ann'));
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
  });

  test('before the first token, with a name: no provider is called', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.say({ type: 'logout' }));
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
    expect(page.calls).toHaveLength(0);
  });

  test('before the first token, without a name: the page is asked once who it is, and sends none', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.say({ type: 'logout' }));
    expect(page.calls).toHaveLength(1);
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
    expect(world.store.text()).not.toContain(world.token(0));
    expect(page.calls).toHaveLength(1);
  });

  test('outlives the worker', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    await world.clock.until(page.say({ type: 'logout' }));
    world.restartWorker();
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
    expect(page.calls).toHaveLength(1);
  });
});

describe('status', () => {
  test('tells how the token stands through its life, and never the token', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const seen: unknown[] = [];
    const look = async (): Promise<void> => {
      const status = await page.status();
      seen.push(status['state']);
      for (const token of world.tokens) expect(JSON.stringify(status)).not.toContain(token);
    };
    await look();
    await world.clock.until(page.fetch());
    await look();
    await world.clock.advance(145_000);
    await look();
    await world.clock.advance(10_000);
    await look();
    await world.clock.advance(30_000);
    await look();
    page.provider = rejects;
    await world.clock.until(page.fetch());
    await look();
    expect(seen).toEqual(['none', 'fresh', 'expiring', 'expiring', 'expired', 'reauth-required']);
    expect(await page.status()).toMatchObject({
      expiresAt: Math.floor(world.nowSeconds()) - 5,
      identity: 'ann',
      clockSkewSeconds: 0,
      counters: { requests: 1, waited: 2, retried: 0, refreshes: 1, providerCalls: 2 },
    });
  });

  test('says expired of a refused token', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    world.server.refused.add(world.token(0));
    page.provider = hangs;
    void page.fetch();
    await world.clock.advance(100);
    expect((await page.status())['state']).toBe('expired');
  });

  test('names no identity while it is not known', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    expect((await page.status())['identity']).toBeNull();
    await world.clock.until(page.fetch());
    expect((await page.status())['identity']).toMatch(/^claims:/);
  });
});

describe('wake (online again, or visible)', () => {
  test('cuts a wait after a failure short', async () => {
    const page = await world.registeredPage('p1', rejects);
    for (let index = 0; index < 8; index++) {
      await world.clock.until(page.fetch());
      await world.clock.advance(60_000);
    }
    await world.clock.until(page.fetch());
    page.provider = world.gives('ann');
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
    await world.clock.until(page.say({ type: 'wake' }));
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
  });

  test('alone calls no provider: an idle page does not prolong a session', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    for (let hours = 0; hours < 8; hours++) {
      await world.clock.advance(3600_000);
      await world.clock.until(page.say({ type: 'wake' }));
    }
    expect(page.calls).toHaveLength(1);
  });
});

describe('a command of a page that is not known', () => {
  test.each(['getToken', 'getStatus', 'logout', 'wake'] as const)('%s: no-client', async (type) => {
    const page = world.openPage('p1');
    await expect(world.clock.until(page.say({ type }))).rejects.toMatchObject({ code: 'no-client' });
    expect(page.calls).toHaveLength(0);
  });

  test('goodbye does no harm, twice neither', async () => {
    const page = world.openPage('p1');
    await world.clock.until(page.say({ type: 'goodbye' }));
    expect(await world.clock.until(page.say({ type: 'goodbye' }))).toEqual({ type: 'done' });
  });

  test('after goodbye a page can come back', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.say({ type: 'goodbye' }));
    await world.clock.until(page.register());
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
  });
});

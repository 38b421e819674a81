import { describe, expect, test } from 'vitest';
import { hangs, rejects, World } from '../support/world.js';
import type { VirtualPage } from '../support/virtual-page.js';

function expiryOf(token: string | undefined): number {
  const [, payload = ''] = (token ?? '').split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number }).exp;
}

/** A world with a page that has had its first token, which the server then refuses. */
async function refusedWorld(
  options = {},
  identity?: string,
): Promise<{ world: World; page: VirtualPage; old: string }> {
  const world = new World(options);
  const page = await world.registeredPage('p1', world.gives('ann'), identity);
  await world.clock.until(page.fetch());
  const old = world.tokens[0]!;
  world.server.refused.add(old);
  world.server.received.length = 0;
  return { world, page, old };
}

describe('when a request waits', () => {
  test('not while more than the window is left: no timer, no store, no question', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    const { reads } = world.store;
    await world.clock.advance(100_000);
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(world.tokens[0]);
    expect(world.store.reads).toBe(reads);
    expect(page.calls).toHaveLength(1);
    expect((await page.status())['counters']).toMatchObject({ requests: 2, waited: 1 });
  });

  test('not in the window: it is sent at once, and one refresh runs behind it', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann', 180, 1500));
    await world.clock.until(page.fetch());
    await world.clock.advance(148_500);
    const answers = await world.clock.until(Promise.all(Array.from({ length: 20 }, () => page.fetch())), 0);
    expect(new Set(answers.map(({ token }) => token))).toEqual(new Set([world.tokens[0]]));
    await world.clock.advance(1500);
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(world.tokens[1]);
    expect(page.calls).toHaveLength(2);
  });

  test('through ten lives with a request each 100 ms: no wait after the first, each token replaced once', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann', 60, 1500), 'ann');
    await world.clock.until(page.fetch());
    world.server.respond = ({ token, atMs }) => (expiryOf(token) * 1000 > atMs ? undefined : { status: 401 });
    for (let tenths = 0; tenths < 6000; tenths++) {
      expect((await world.clock.until(page.fetch(), 0)).status).toBe(200);
      await world.clock.advance(100);
    }
    const { counters } = await page.status();
    expect(counters).toMatchObject({ waited: 1, retried: 0 });
    // A token of 60 s is replaced from 36 s left on, and the provider takes 1.5 s.
    expect(page.calls).toHaveLength(25);
    expect(world.tokens.length).toBeGreaterThanOrEqual(24);
    expect(new Set(world.server.received.map(({ token }) => token))).toEqual(new Set(world.tokens));
  });

  test.each([20, 60])(
    'a life of %d s, below or at twice minValiditySeconds: no refresh for each request',
    async (life) => {
      const world = new World({ minValiditySeconds: 30 });
      const page = await world.registeredPage('p1', world.gives('ann', life));
      for (let tenths = 0; tenths < 100; tenths++) {
        await world.clock.until(page.fetch());
        await world.clock.advance(10);
      }
      expect(page.calls).toHaveLength(1);
    },
  );

  test('an opaque token without expiry is used until it is refused, then replaced once', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', () => world.mintOpaque());
    await world.clock.until(page.fetch());
    await world.clock.advance(24 * 3600_000);
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(world.tokens[0]);
    world.server.refused.add(world.tokens[0]!);
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 200, token: world.tokens[1] });
    expect(page.calls).toHaveLength(2);
    expect((await page.status())['expiresAt']).toBeNull();
  });

  test("a rule's own minValiditySeconds is the one that counts, 0 too", async () => {
    const world = new World({ refreshWindow: 0 });
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    await world.clock.advance(160_000);
    const rule = { minValiditySeconds: 0 };
    expect((await world.clock.until(page.fetch('/api/x', { rule }), 0)).token).toBe(world.tokens[0]);
    expect((await world.clock.until(page.fetch())).token).toBe(world.tokens[1]);
  });
});

describe('what is sent at unload never waits', () => {
  test('with a token at hand it carries it', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    expect((await world.clock.until(page.fetch('/api/x', { keepalive: true }), 0)).token).toBe(
      world.tokens[0],
    );
  });

  test('in the window, and below the least validity, too', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    await world.clock.advance(179_000);
    page.provider = hangs;
    expect((await world.clock.until(page.fetch('/api/x', { keepalive: true }), 0)).token).toBe(
      world.tokens[0],
    );
  });

  test.each([
    ['before the first token', 0],
    ['with an expired one', 200_000],
  ])('without one, %s, it goes as it is, and no provider is called', async (_what, ageMs) => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    if (ageMs) await world.clock.until(page.fetch());
    await world.clock.advance(ageMs);
    const calls = page.calls.length;
    const answer = await world.clock.until(page.fetch('/api/x', { keepalive: true }), 0);
    expect(answer).toMatchObject({ status: 200, token: undefined });
    expect(page.calls).toHaveLength(calls);
  });

  test('from a page that is not known, it goes as it is', async () => {
    const world = new World();
    const page = world.openPage('p1', world.gives('ann'));
    expect((await world.clock.until(page.fetch('/api/x', { keepalive: true }), 0)).token).toBeUndefined();
  });
});

describe('no token to be had', () => {
  test("onUnavailable 'send': the request goes without, and the page is told, without the query", async () => {
    const world = new World();
    const page = await world.registeredPage('p1', rejects);
    expect(await world.clock.until(page.fetch('/api/me?jwt=secret#x'))).toMatchObject({
      status: 200,
      token: undefined,
    });
    expect(world.server.received[0]!.url).toBe('https://app.example/api/me?jwt=secret#x');
    expect(page.eventsNamed('requestSkipped')).toEqual([
      { url: 'https://app.example/api/me', why: 'provider-rejected' },
    ]);
  });

  test("onUnavailable 'fail': nothing is sent, the answer is ours", async () => {
    const world = new World({ onUnavailable: 'fail' });
    const page = await world.registeredPage('p1', rejects);
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 401, code: 'provider-rejected' });
    expect(world.server.received).toHaveLength(0);
    expect(await world.clock.until(page.fetch())).toMatchObject({ code: 'reauth-required' });
  });

  test('an error that is none of ours is not swallowed', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    world.server.respond = () => {
      throw new TypeError('Failed to fetch');
    };
    await expect(world.clock.until(page.fetch())).rejects.toThrow('Failed to fetch');
  });
});

describe('a refused token', () => {
  test('one refresh, one retry with the new token, the second answer', async () => {
    const { world, page, old } = await refusedWorld({}, 'ann');
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 200, token: world.tokens[1] });
    expect(world.server.received).toMatchObject([
      { token: old, isRetry: false },
      { token: world.tokens[1], isRetry: true },
    ]);
    expect(page.calls).toHaveLength(2);
    expect((await page.status())['counters']).toMatchObject({ retried: 1, refreshes: 2, providerCalls: 2 });
  });

  test('5 pages, 40 requests each at once: one provider call, 200 answers of 200', async () => {
    const world = new World();
    const pages = [];
    for (let index = 0; index < 5; index++) {
      pages.push(await world.registeredPage(`p${index}`, world.gives('ann', 180, 300), 'ann'));
    }
    await world.clock.until(pages[0]!.fetch());
    world.server.refused.add(world.tokens[0]!);
    world.server.takesMs = 20;
    const before = world.providerCalls();
    const answers = await world.clock.until(
      Promise.all(pages.flatMap((page) => Array.from({ length: 40 }, () => page.fetch()))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(200).fill(200));
    expect(world.providerCalls() - before).toBe(1);
  });

  test('a late 401 for an old token: retried with the current, no refresh', async () => {
    const { world, page, old } = await refusedWorld();
    world.server.takesMs = 1000;
    const late = page.fetch();
    await world.clock.advance(10);
    world.server.takesMs = 0;
    await world.clock.until(page.fetch());
    expect(page.calls).toHaveLength(2);
    expect(await world.clock.until(late)).toMatchObject({ status: 200, token: world.tokens[1] });
    expect(page.calls).toHaveLength(2);
    expect(world.server.received.map(({ token }) => token)).toEqual([
      old,
      old,
      world.tokens[1],
      world.tokens[1],
    ]);
  });

  test('the next request does not send it again, though it has time left', async () => {
    const { world, page, old } = await refusedWorld();
    await world.clock.until(page.fetch('/api/x', { streams: true }));
    await world.clock.until(page.fetch());
    expect(world.server.received.map(({ token }) => token)).toEqual([old, world.tokens[1]]);
  });

  test.each([
    ['403', { status: 403 }],
    ['500', { status: 500 }],
    [
      'a 401 that wants another scope',
      { status: 401, headers: { 'WWW-Authenticate': 'Bearer error="insufficient_scope", scope="x"' } },
    ],
  ])('%s refreshes nothing', async (_what, answer) => {
    const { world, page, old } = await refusedWorld();
    world.server.respond = () => answer;
    expect(await world.clock.until(page.fetch(), 0)).toMatchObject({ status: answer.status, token: old });
    expect(page.calls).toHaveLength(1);
    expect(world.server.received).toHaveLength(1);
  });

  test('other statuses mean a refused token where the options say so', async () => {
    const { world, page } = await refusedWorld({ retryStatus: [419] });
    expect((await world.clock.until(page.fetch())).status).toBe(401);
    world.server.respond = ({ isRetry }) => ({ status: isRetry ? 200 : 419 });
    expect((await world.clock.until(page.fetch())).status).toBe(200);
    expect(page.calls).toHaveLength(2);
  });

  test('with no status that means it, a 401 goes to the page', async () => {
    const { world, page } = await refusedWorld({ retryStatus: [] });
    expect((await world.clock.until(page.fetch(), 0)).status).toBe(401);
    expect(page.calls).toHaveLength(1);
  });

  test('a request that went without a token is not retried', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', rejects);
    world.server.respond = () => ({ status: 401 });
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 401, token: undefined });
    expect(page.calls).toHaveLength(1);
    expect(world.server.received).toHaveLength(1);
  });

  test.each([
    ['a stream', { streams: true }],
    ['a rule with retry: false', { rule: { retry: false } }],
    ['one sent at unload', { keepalive: true }],
  ])(
    'what cannot be sent again (%s): the 401 at once, the token is replaced for the next',
    async (_what, terms) => {
      const { world, page, old } = await refusedWorld();
      page.provider = world.gives('ann', 180, 1000);
      expect(await world.clock.until(page.fetch('/api/up?q=1', terms), 0)).toMatchObject({
        status: 401,
        token: old,
      });
      expect(page.eventsNamed('requestSkipped')).toEqual([
        { url: 'https://app.example/api/up', why: 'not-replayable' },
      ]);
      await world.clock.advance(1000);
      expect((await world.clock.until(page.fetch(), 0)).token).toBe(world.tokens[1]);
      expect(world.server.received).toHaveLength(2);
    },
  );

  test('a provider that hangs then: the 401 goes to the page within a bound', async () => {
    const { world, page } = await refusedWorld({ getTokenTimeoutSeconds: 3 });
    page.provider = hangs;
    expect((await world.clock.until(page.fetch(), 4000)).status).toBe(401);
    expect(world.server.received).toHaveLength(1);
  });

  test('a backing-off provider is not called for each refusal', async () => {
    const { world, page } = await refusedWorld();
    page.provider = rejects;
    await world.clock.until(page.fetch());
    page.provider = world.gives('ann');
    for (let index = 0; index < 5; index++) await world.clock.until(page.fetch());
    expect(page.calls).toHaveLength(2);
    await world.clock.advance(1000);
    expect((await world.clock.until(page.fetch())).status).toBe(200);
  });
});

describe('a second refusal', () => {
  test('goes to the page, and nothing is asked for again', async () => {
    const { world, page } = await refusedWorld();
    world.server.respond = () => ({ status: 401 });
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 401, token: world.tokens[1] });
    expect(world.server.received).toHaveLength(2);
    expect(page.calls).toHaveLength(2);
  });

  test('for a minute refusals are the path’s own: no refresh, while other paths go on', async () => {
    const { world, page } = await refusedWorld();
    world.server.respond = ({ url }) => (url.endsWith('/api/broken') ? { status: 401 } : undefined);
    for (let seconds = 0; seconds < 59; seconds++) {
      expect((await world.clock.until(page.fetch('/api/broken'))).status).toBe(401);
      expect((await world.clock.until(page.fetch('/api/me'))).status).toBe(200);
      await world.clock.advance(1000);
    }
    expect(page.calls).toHaveLength(2);
    await world.clock.advance(1000);
    await world.clock.until(page.fetch('/api/broken'));
    expect(page.calls).toHaveLength(3);
  });

  test('a clock set back does not make that minute longer', async () => {
    const { world, page } = await refusedWorld();
    world.server.respond = ({ url }) => (url.endsWith('/api/broken') ? { status: 401 } : undefined);
    await world.clock.until(page.fetch('/api/broken'));
    world.clock.deviceErrorMs = -3600_000;
    await world.clock.until(page.fetch('/api/broken'));
    expect(page.calls).toHaveLength(3);
  });
});

describe('the session changes while a request is on its way', () => {
  test.each<[string, (page: VirtualPage) => Promise<unknown>]>([
    ['a logout', (page) => page.say({ type: 'logout' })],
    [
      'a logout and a new login',
      async (page) => {
        await page.say({ type: 'logout' });
        await page.register();
        return page.fetch('/api/other');
      },
    ],
  ])('%s: its 401 goes to the page, it is not sent with another token', async (_what, change) => {
    const { world, page, old } = await refusedWorld();
    world.server.takesMs = 1000;
    const late = page.fetch();
    await world.clock.advance(10);
    world.server.takesMs = 0;
    await world.clock.until(change(page), 900);
    expect(await world.clock.until(late)).toMatchObject({ status: 401, token: old });
    expect(world.server.received.filter(({ isRetry }) => isRetry)).toHaveLength(0);
  });

  test('the page turns out to be another user: the 401 goes to it, the body is not sent as that user', async () => {
    const { world, page, old } = await refusedWorld();
    page.provider = world.gives('bob');
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 401, token: old });
    expect(world.server.received).toHaveLength(1);
    expect((await world.clock.until(page.fetch())).token).toBe(world.tokens.at(-1));
  });

  test('a logout during the refresh of a refused token: the 401 goes to the page at once', async () => {
    const { world, page } = await refusedWorld();
    page.provider = world.gives('ann', 180, 5000);
    const waiting = page.fetch();
    await world.clock.advance(1000);
    await world.clock.until(page.say({ type: 'logout' }));
    expect((await world.clock.until(waiting, 10)).status).toBe(401);
    await world.clock.advance(10_000);
    expect(world.server.received).toHaveLength(1);
  });
});

describe('a newer token in a response', () => {
  const options = { tokenResponseHeader: 'X-acpt' };

  test('is used from then on, without a call of the provider', async () => {
    const world = new World(options);
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    let given = '';
    world.server.respond = () => ({
      status: 200,
      headers: { 'x-ACPT': (given = world.mint('session', 900)) },
    });
    await world.clock.until(page.fetch());
    await world.clock.advance(2000);
    const first = given;
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(first);
    await world.clock.advance(0);
    for (let minutes = 0; minutes < 30; minutes++) {
      await world.clock.advance(60_000);
      expect((await world.clock.until(page.fetch(), 0)).status).toBe(200);
    }
    expect(page.calls).toHaveLength(1);
    expect(page.eventsNamed('tokenRefreshed').length).toBeGreaterThan(30);
    expect(world.store.text()).toContain(given);
  });

  test('is taken from the answer to a retried request as well', async () => {
    const { world, page } = await refusedWorld(options);
    let given = '';
    world.server.respond = ({ isRetry }) =>
      isRetry ? { status: 200, headers: { 'X-acpt': (given = world.mint('ann', 900)) } } : undefined;
    await world.clock.until(page.fetch());
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(given);
  });

  test('is not taken from an answer to a refused token', async () => {
    const { world, page } = await refusedWorld({ ...options, retryStatus: [401] });
    const planted = world.mint('planted');
    world.server.respond = ({ isRetry }) =>
      isRetry ? undefined : { status: 401, headers: { 'X-acpt': planted } };
    const { token } = await world.clock.until(page.fetch());
    expect(token).not.toBe(planted);
  });

  test.each([
    ['is no token', () => 'a b'],
    ['is empty', () => ''],
    ['is the same', (world: World) => world.tokens[0]!],
    ['is older', (world: World) => world.mint('ann', 900, { iat: world.nowSeconds() - 60 })],
    ['has expired', (world: World) => world.mint('ann', -1)],
    ['has an exp that is none', (world: World) => world.mint('ann', 0, { exp: 'soon' })],
  ])('is left alone where it %s', async (_what, give) => {
    const world = new World(options);
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const { token } = await world.clock.until(page.fetch());
    world.server.respond = () => ({ status: 200, headers: { 'X-acpt': give(world) } });
    await world.clock.until(page.fetch());
    world.server.respond = () => undefined;
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(token);
    expect(page.eventsNamed('tokenRefreshed')).toHaveLength(1);
  });

  test('cannot undo a logout that came before the answer', async () => {
    const world = new World(options);
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    const given = world.mint('ann', 900);
    world.server.takesMs = 1000;
    world.server.respond = () => ({ status: 200, headers: { 'X-acpt': given } });
    const late = page.fetch();
    await world.clock.advance(10);
    await world.clock.until(page.say({ type: 'logout' }), 100);
    await world.clock.until(late);
    await world.clock.settle();
    expect(world.store.text()).not.toContain(given);
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
  });

  test('is said to nobody where a logout elsewhere came first', async () => {
    const world = new World(options);
    world.hasChannel = false;
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    const first = world.worker;
    const second = (world.worker = world.addCore());
    await world.clock.settle();
    await world.clock.until(page.say({ type: 'logout' }));
    expect(second.core.registry.slot('id:ann').closed).toBe(true);
    world.worker = first;
    const given = world.mint('ann', 900);
    world.server.respond = () => ({ status: 200, headers: { 'X-acpt': given } });
    page.events.length = 0;
    await world.clock.until(page.fetch());
    await world.clock.settle();
    expect(page.eventsNamed('tokenRefreshed')).toEqual([]);
    expect(world.store.text()).not.toContain(given);
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
  });

  test('is not looked for where no option names a header', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    world.server.respond = () => ({ status: 200, headers: { 'X-acpt': world.mint('ann', 900) } });
    const { token } = await world.clock.until(page.fetch());
    expect((await world.clock.until(page.fetch())).token).toBe(token);
  });
});

describe('a clock that is wrong', () => {
  const HOUR_MS = 3600_000;

  test.each([
    ['right', 0],
    ['an hour ahead', HOUR_MS],
    ['an hour behind', -HOUR_MS],
  ])(
    '%s from the start: the provider is called as with a right clock, and nothing is sent expired',
    async (_what, errorMs) => {
      const world = new World();
      world.server.tellsTime = true;
      world.clock.deviceErrorMs = errorMs;
      const page = await world.registeredPage('p1', world.gives('ann'));
      for (let seconds = 0; seconds < 1800; seconds++) {
        const { token } = await world.clock.until(page.fetch());
        expect(expiryOf(token)).toBeGreaterThan(world.nowSeconds());
        await world.clock.advance(1000);
      }
      expect(page.calls).toHaveLength(14);
      expect((await page.status())['clockSkewSeconds']).toBeCloseTo(-errorMs / 1000, -1);
    },
  );

  test('an hour behind, and tokens do not say when they were issued: the 401 forces a refresh, the skew is learnt', async () => {
    const world = new World();
    world.server.tellsTime = true;
    world.clock.deviceErrorMs = -HOUR_MS;
    const mint = () => world.mint('ann', 180, { iat: undefined });
    const page = await world.registeredPage('p1', mint);
    await world.clock.until(page.fetch());
    world.server.refused.add(world.tokens[0]!);
    await world.clock.advance(200_000);
    expect((await world.clock.until(page.fetch())).status).toBe(200);
    expect((await page.status())['clockSkewSeconds']).toBe(3600);
    await world.clock.advance(150_000);
    await world.clock.until(page.fetch());
    expect(page.calls).toHaveLength(3);
  });

  test.each([
    ['forward', HOUR_MS],
    ['back', -HOUR_MS],
  ])(
    'it jumps an hour %s in mid-session: the next request decides afresh, and there is no storm',
    async (_what, errorMs) => {
      const world = new World();
      world.server.tellsTime = true;
      const page = await world.registeredPage('p1', world.gives('ann'));
      await world.clock.until(page.fetch());
      await world.clock.advance(10_000);
      world.clock.deviceErrorMs = errorMs;
      world.server.respond = ({ token, atMs }) =>
        expiryOf(token) * 1000 > atMs ? undefined : { status: 401 };
      for (let seconds = 0; seconds < 600; seconds++) {
        const { token, status } = await world.clock.until(page.fetch());
        expect([expiryOf(token) > world.nowSeconds(), status]).toEqual([true, 200]);
        await world.clock.advance(1000);
      }
      expect(page.calls.length).toBeLessThanOrEqual(8);
    },
  );

  test('nbf a little in the future does not matter', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', () =>
      world.mint('ann', 180, { nbf: world.nowSeconds() + 5 }),
    );
    expect((await world.clock.until(page.fetch())).token).toBe(world.tokens[0]);
  });
});

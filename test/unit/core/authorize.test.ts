import { describe, expect, test } from 'vitest';
import { expiryOf } from '../support/jwt.js';
import { hangs, rejects, World } from '../support/world.js';

describe('when a request waits', () => {
  test('not while more than the window is left: no timer, no store, no question', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    const { reads } = world.store;
    await world.clock.advance(100_000);
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(world.token(0));
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
    expect(new Set(answers.map(({ token }) => token))).toEqual(new Set([world.token(0)]));
    await world.clock.advance(1500);
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(world.token(1));
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
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(world.token(0));
    world.server.refused.add(world.token(0));
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 200, token: world.token(1) });
    expect(page.calls).toHaveLength(2);
    expect((await page.status())['expiresAt']).toBeNull();
  });

  test("a rule's own minValiditySeconds is the one that counts, 0 too", async () => {
    const world = new World({ refreshWindow: 0 });
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    await world.clock.advance(160_000);
    const rule = { minValiditySeconds: 0 };
    expect((await world.clock.until(page.fetch('/api/x', { rule }), 0)).token).toBe(world.token(0));
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(1));
  });
});

describe('what is sent at unload never waits', () => {
  test('with a token at hand it carries it', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    expect((await world.clock.until(page.fetch('/api/x', { keepalive: true }), 0)).token).toBe(
      world.token(0),
    );
  });

  test('in the window, and below the least validity, too', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    await world.clock.advance(179_000);
    page.provider = hangs;
    expect((await world.clock.until(page.fetch('/api/x', { keepalive: true }), 0)).token).toBe(
      world.token(0),
    );
  });

  test.each([
    ['before the first token', 0, 'send'],
    ['with an expired one', 200_000, 'send'],
    ["also with onUnavailable: 'fail'", 0, 'fail'],
  ] as const)(
    'without one, %s, it goes as it is, and no provider is called',
    async (_what, ageMs, onUnavailable) => {
      const world = new World({ onUnavailable });
      const page = await world.registeredPage('p1', world.gives('ann'));
      if (ageMs) await world.clock.until(page.fetch());
      await world.clock.advance(ageMs);
      const calls = page.calls.length;
      const answer = await world.clock.until(page.fetch('/api/x', { keepalive: true }), 0);
      expect(answer).toMatchObject({ status: 200, token: undefined });
      expect(page.calls).toHaveLength(calls);
    },
  );

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

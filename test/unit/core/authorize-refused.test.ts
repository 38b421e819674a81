import { describe, expect, test } from 'vitest';
import type { Clients } from '../../../src/core/ports.js';
import { refusedWorld } from '../support/refused-world.js';
import type { VirtualPage } from '../support/virtual-page.js';
import { hangs, rejects, World } from '../support/world.js';

describe('a refused token', () => {
  test('one refresh, one retry with the new token, the second answer', async () => {
    const { world, page, old } = await refusedWorld({}, 'ann');
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 200, token: world.token(1) });
    expect(world.server.received).toMatchObject([
      { token: old, isRetry: false },
      { token: world.token(1), isRetry: true },
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
    world.server.refused.add(world.token(0));
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
    expect(await world.clock.until(late)).toMatchObject({ status: 200, token: world.token(1) });
    expect(page.calls).toHaveLength(2);
    expect(world.server.received.map(({ token }) => token)).toEqual([
      old,
      old,
      world.token(1),
      world.token(1),
    ]);
  });

  test('the next request does not send it again, though it has time left', async () => {
    const { world, page, old } = await refusedWorld();
    await world.clock.until(page.fetch('/api/x', { streams: true }));
    await world.clock.until(page.fetch());
    expect(world.server.received.map(({ token }) => token)).toEqual([old, world.token(1)]);
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
      expect((await world.clock.until(page.fetch(), 0)).token).toBe(world.token(1));
      expect(world.server.received).toHaveLength(2);
    },
  );

  test('of a path that refuses every token, and cannot be sent again: asked for each second, a few new ones in a minute', async () => {
    const { world, page } = await refusedWorld();
    world.server.respond = () => ({ status: 401 });
    for (let second = 0; second < 60; second++) {
      await world.clock.until(page.fetch('/api/up', { streams: true }));
      await world.clock.advance(1000);
    }
    expect(page.calls.length).toBeGreaterThan(3);
    expect(page.calls.length).toBeLessThan(10);
  });

  test('by many at once: one token was refused, and the next that is is replaced as ever', async () => {
    const { world, page } = await refusedWorld();
    const uploads = Array.from({ length: 8 }, () => page.fetch('/api/up', { rule: { retry: false } }));
    await world.clock.until(Promise.all(uploads));
    await world.clock.advance(1000);
    world.server.refused.add(world.token(1));
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 200, token: world.token(2) });
  });

  test('of a token that was a minute old: revoked it may be, and the next that is refused is replaced at once', async () => {
    const { world, page } = await refusedWorld();
    await world.clock.advance(60_000);
    await world.clock.until(page.fetch('/api/up', { streams: true }));
    await world.clock.settle();
    world.server.refused.add(world.token(1));
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 200, token: world.token(2) });
  });

  test('while a token that cannot be sent again is replaced, another request with it waits and is sent again', async () => {
    const { world, page } = await refusedWorld();
    page.provider = world.gives('ann', 180, 1000);
    const stream = page.fetch('/api/up', { streams: true });
    await world.clock.advance(100);
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 200 });
    expect((await stream).status).toBe(401);
  });

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
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 401, token: world.token(1) });
    expect(world.server.received).toHaveLength(2);
    expect(page.calls).toHaveLength(2);
  });

  const breaks = (world: World): void => {
    world.server.respond = ({ url }) => (url.endsWith('/api/broken') ? { status: 401 } : undefined);
  };

  test('of one path, again and again: new tokens come ever more rarely, while other paths go on', async () => {
    const { world, page } = await refusedWorld();
    breaks(world);
    const callsAt = new Set<number>();
    for (let seconds = 0; seconds < 60; seconds++) {
      const before = page.calls.length;
      expect((await world.clock.until(page.fetch('/api/broken'))).status).toBe(401);
      expect((await world.clock.until(page.fetch('/api/me'))).status).toBe(200);
      if (page.calls.length > before) callsAt.add(seconds);
      await world.clock.advance(1000);
    }
    // 0.75, 1.5, 3, 6, 12, 24 s after one another.
    expect([...callsAt]).toEqual([0, 1, 3, 6, 12, 24, 48]);
  });

  test('of one path that is polled for an hour: at most a new token in 45 s', async () => {
    const { world, page } = await refusedWorld();
    breaks(world);
    for (let seconds = 0; seconds < 3600; seconds += 10) {
      await world.clock.until(page.fetch('/api/broken'));
      await world.clock.advance(10_000);
    }
    expect(page.calls.length).toBeLessThan(80);
  });

  test('of one path does not hide that the token is refused for all: a new one within 2 s', async () => {
    const { world, page } = await refusedWorld();
    breaks(world);
    await world.clock.until(page.fetch('/api/broken'));
    world.server.refused.add(world.token(-1));
    await world.clock.advance(2000);
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 200, token: world.token(-1) });
  });

  test('of twenty requests at once counts once', async () => {
    const { world, page } = await refusedWorld();
    breaks(world);
    await world.clock.until(Promise.all(Array.from({ length: 20 }, () => page.fetch('/api/broken'))));
    expect(page.calls).toHaveLength(2);
    await world.clock.advance(1000);
    await world.clock.until(page.fetch('/api/broken'));
    expect(page.calls).toHaveLength(3);
  });

  test('followed by a retry that succeeds: the wait begins anew from a second', async () => {
    const { world, page } = await refusedWorld();
    breaks(world);
    for (let minutes = 0; minutes < 7; minutes++) {
      await world.clock.until(page.fetch('/api/broken'));
      await world.clock.advance(61_000);
    }
    world.server.refused.add(world.token(-1));
    expect((await world.clock.until(page.fetch())).status).toBe(200);
    await world.clock.until(page.fetch('/api/broken'));
    await world.clock.advance(1000);
    const before = page.calls.length;
    await world.clock.until(page.fetch('/api/broken'));
    expect(page.calls).toHaveLength(before + 1);
  });

  test('and a clock set back: the wait is not made longer', async () => {
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
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(-1));
  });

  test('the page registers as someone else: its late 401 is no reason to replace the former one’s token', async () => {
    const { world, page, old } = await refusedWorld({}, 'ann');
    const former = await world.registeredPage('p2', world.gives('ann'), 'ann');
    world.server.takesMs = 1000;
    const late = page.fetch();
    await world.clock.advance(10);
    await world.clock.until(page.register('bob'), 100);
    expect(await world.clock.until(late)).toMatchObject({ status: 401, token: old });
    expect(former.calls).toHaveLength(0);
    expect(world.worker.core.registry.slot('id:ann').refused).toBeUndefined();
  });

  test('a logout while it is asked whose a dedicated worker is: the new token is not sent', async () => {
    const { world, page, old } = await refusedWorld();
    const worker = world.openWorker('w1');
    const { clients } = world.worker.core.platform as { clients: { get: Clients['get'] } };
    const get = clients.get.bind(clients);
    let hasLoggedOut = false;
    clients.get = async (id) => {
      const found = await get(id);
      if (world.tokens.length === 2 && !hasLoggedOut) {
        hasLoggedOut = true;
        await page.say({ type: 'logout' });
      }
      return found;
    };
    expect(await world.clock.until(worker.fetch())).toMatchObject({ status: 401, token: old });
    expect(hasLoggedOut).toBe(true);
    expect(world.server.received.map(({ token }) => token)).toEqual([old]);
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

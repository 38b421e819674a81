import { describe, expect, test } from 'vitest';
import { TokenInjectorError } from '../../../src/core/errors.js';
import { hangs, rejects, World } from '../support/world.js';

/** Requests of one page, all at once. */
function many<T>(count: number, request: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, request));
}

describe('one refresh for all who wait', () => {
  test('50 requests of one page with no token: one provider call, 50 sent with its token', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann', 180, 1500));
    const answers = await world.clock.until(many(50, () => page.fetch()));
    expect(page.calls).toHaveLength(1);
    expect(answers.map(({ token }) => token)).toEqual(Array(50).fill(world.tokens[0]));
    expect(world.server.received).toHaveLength(50);
  });

  test('50 requests of one page, token expired: one provider call, 50 sent with the new token', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    await world.clock.advance(181_000);
    const answers = await world.clock.until(many(50, () => page.fetch()));
    expect(page.calls.map(({ reason }) => reason)).toEqual(['initial', 'expired']);
    expect(new Set(answers.map(({ token }) => token))).toEqual(new Set([world.tokens[1]]));
  });

  test('ten pages of one identity expire together: one provider call', async () => {
    const world = new World();
    const pages = await Promise.all(
      Array.from({ length: 10 }, (_each, index) =>
        world.registeredPage(`p${index}`, world.gives('ann', 180, 300), 'ann'),
      ),
    );
    await world.clock.until(Promise.all(pages.map((page) => page.fetch())));
    expect(world.providerCalls()).toBe(1);
    await world.clock.advance(181_000);
    const answers = await world.clock.until(Promise.all(pages.map((page) => page.fetch())));
    expect(world.providerCalls()).toBe(2);
    expect(new Set(answers.map(({ token }) => token)).size).toBe(1);
  });

  test('two cores, one lock: who gets it second reads the store again and calls no provider', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann', 180, 1000), 'ann');
    const first = world.worker;
    const second = world.addCore();
    await world.clock.settle();
    const one = page.fetch();
    world.worker = second;
    const other = page.fetch();
    const answers = await world.clock.until(Promise.all([one, other]));
    expect(page.calls).toHaveLength(1);
    expect(answers.map(({ token }) => token)).toEqual([world.tokens[0], world.tokens[0]]);
    expect(first.core.registry.slot('id:ann').token).toEqual(second.core.registry.slot('id:ann').token);
    expect(world.locks.isHeld()).toBe(false);
  });

  test('two identities do not wait for each other', async () => {
    const world = new World();
    const slow = await world.registeredPage('p1', world.gives('ann', 180, 5000), 'ann');
    const quick = await world.registeredPage('p2', world.gives('bob', 180, 100), 'bob');
    void slow.fetch();
    const { token } = await world.clock.until(quick.fetch(), 1000);
    expect(token).toBe(world.tokens[0]);
    expect(world.locks.names).toEqual(
      new Set(['bearer-worker:https://app.example/:id:ann', 'bearer-worker:https://app.example/:id:bob']),
    );
  });

  test('a lock that another never gives back bounds the wait, and no provider is called', async () => {
    const world = new World({ getTokenTimeoutSeconds: 5 });
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    void world.locks.withLock(
      {},
      'bearer-worker:https://app.example/:id:ann',
      1,
      hangs as () => Promise<unknown>,
    );
    const { token } = await world.clock.until(page.fetch(), 15_000);
    expect(token).toBeUndefined();
    expect(page.calls).toHaveLength(0);
    expect(page.eventsNamed('refreshError')).toMatchObject([{ code: 'provider-timeout' }]);
  });
});

describe('who is asked', () => {
  test('the page whose request it is, then visible ones, then others, of its identity alone', async () => {
    const world = new World();
    const asked: string[] = [];
    const failing = (id: string) => () => {
      asked.push(id);
      throw new TokenInjectorError('expired-token', '');
    };
    for (const id of ['hidden', 'visible', 'requester', 'stranger']) {
      const page = await world.registeredPage(id, undefined, id === 'stranger' ? 'bob' : 'ann');
      page.provider = failing(id);
      page.isVisible = id === 'visible';
    }
    const seen: string[] = [];
    for (const page of world.pages.values()) {
      const answer = page.answer.bind(page);
      page.answer = (ask, reply) => (
        seen.push(page.id),
        page.hasLibrary ? answer(ask, reply) : Promise.resolve()
      );
    }
    world.pages.get('requester')!.hasLibrary = false;
    world.pages.get('visible')!.hasLibrary = false;
    await world.clock.until(world.pages.get('requester')!.fetch());
    expect([...new Set(seen)]).toEqual(['requester', 'visible', 'hidden']);
    expect(asked).toEqual(['hidden', 'hidden']);
  });

  test('a frozen page does not acknowledge: within a second the next visible one is asked', async () => {
    const world = new World();
    const frozen = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    frozen.state = 'frozen';
    const started = world.clock.trueNowMs();
    const { token } = await world.clock.until(frozen.fetch(), 2000);
    expect(token).toBe(world.tokens[0]);
    expect(world.clock.trueNowMs() - started).toBe(1000);
    expect([frozen.calls.length, other.calls.length]).toEqual([0, 1]);
  });

  test('nine frozen pages and one live: the live one gives the token', async () => {
    const world = new World();
    for (let index = 0; index < 9; index++) {
      const page = await world.registeredPage(`frozen${index}`, undefined, 'ann');
      page.state = 'frozen';
    }
    const live = await world.registeredPage('live', world.gives('ann'), 'ann');
    live.isVisible = false;
    const { token } = await world.clock.until(world.pages.get('frozen0')!.fetch(), 15_000);
    expect(token).toBe(world.tokens[0]);
  });

  test.each(['frozen', 'cached', 'closed'] as const)(
    'nobody but a %s page: a typed outcome within two seconds',
    async (state) => {
      const world = new World({ onUnavailable: 'fail' });
      const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
      page.state = state;
      expect(await world.clock.until(page.fetch(), 2000)).toMatchObject({ status: 401, code: 'no-client' });
      expect(world.server.received).toHaveLength(0);
    },
  );

  test('the page that was asked closes: the next waiter goes on with another', async () => {
    const world = new World({ getTokenTimeoutSeconds: 4 });
    const closing = await world.registeredPage('p1', world.gives('ann', 180, 2000), 'ann');
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    const waiting = other.fetch();
    const leaving = closing.fetch();
    other.isVisible = false;
    await world.clock.advance(10);
    closing.state = 'closed';
    const answers = await world.clock.until(Promise.all([waiting, leaving]), 12_000);
    expect(answers.map(({ token }) => token)).toEqual([world.tokens[0], world.tokens[0]]);
  });

  test('the page that was asked freezes: the wait is bounded, its late result is dropped', async () => {
    const world = new World({ getTokenTimeoutSeconds: 4 });
    let thaw!: () => void;
    const thawed = new Promise<void>((resolve) => (thaw = resolve));
    const freezing = await world.registeredPage('p1', undefined, 'ann');
    freezing.provider = () => thawed.then(() => 'late-token');
    const answer = freezing.answer.bind(freezing);
    // Its timers are frozen too: it does not even say that its provider is late.
    freezing.answer = (ask, reply) => answer({ ...ask, timeoutMs: 1e9 }, reply);
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    const { token } = await world.clock.until(freezing.fetch(), 5000);
    expect(token).toBe(world.tokens[0]);
    thaw();
    await world.clock.advance(10);
    expect((await world.clock.until(other.fetch())).token).toBe(world.tokens[0]);
    expect(world.store.text()).not.toContain('late-token');
  });
});

describe('a provider that does not deliver', () => {
  test('never settles: it times out, the lock is free, another page is asked', async () => {
    const world = new World();
    const stuck = await world.registeredPage('p1', hangs, 'ann');
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    const { token } = await world.clock.until(stuck.fetch(), 11_000);
    expect(token).toBe(world.tokens[0]);
    expect([stuck.calls.length, other.calls.length]).toEqual([1, 1]);
    expect(world.locks.isHeld()).toBe(false);
  });

  test('never settles in any of ten pages: two are called, and the request ends', async () => {
    const world = new World({ getTokenTimeoutSeconds: 3, onUnavailable: 'fail' });
    for (let index = 0; index < 10; index++) await world.registeredPage(`p${index}`, hangs, 'ann');
    const answer = await world.clock.until(world.pages.get('p0')!.fetch(), 3 * 3000 + 2000);
    expect(answer).toMatchObject({ status: 401, code: 'provider-timeout' });
    expect(world.providerCalls()).toBe(2);
    expect(world.locks.isHeld()).toBe(false);
  });

  test('rejects while the token is still valid: requests succeed, the session is kept', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    page.provider = rejects;
    await world.clock.advance(150_500);
    const answers = await world.clock.until(many(20, () => page.fetch()));
    expect(new Set(answers.map(({ token }) => token))).toEqual(new Set([world.tokens[0]]));
    expect(page.calls).toHaveLength(2);
    expect(page.eventsNamed('refreshError')).toMatchObject([{ code: 'provider-rejected' }]);
    expect(page.eventsNamed('reauthRequired')).toHaveLength(0);
    expect((await page.status())['state']).toBe('expiring');
  });

  test('rejects, and the token is expired: one reauthRequired, no loop, and it recovers by itself', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    page.provider = rejects;
    await world.clock.advance(181_000);
    const calls = page.calls.length;
    for (let tenths = 0; tenths < 600; tenths++) {
      await world.clock.until(page.fetch());
      await world.clock.advance(100);
    }
    expect(page.eventsNamed('reauthRequired')).toEqual([{ code: 'provider-rejected' }]);
    // 0.75, 1.5, 3, 6, 12, 24 s after one another.
    expect(page.calls.length - calls).toBe(7);
    expect((await page.status())['state']).toBe('reauth-required');

    page.provider = world.gives('ann');
    await world.clock.advance(60_000);
    expect((await world.clock.until(page.fetch())).token).toBe(world.tokens.at(-1));
    expect((await page.status())['state']).toBe('fresh');
    page.provider = rejects;
    await world.clock.advance(200_000);
    await world.clock.until(page.fetch());
    expect(page.eventsNamed('reauthRequired')).toHaveLength(2);
  });

  test('gives the same token again and again: it backs off', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    const { token } = await world.clock.until(page.fetch());
    page.provider = () => token;
    await world.clock.advance(150_000);
    for (let tenths = 0; tenths < 290; tenths++) {
      expect((await world.clock.until(page.fetch())).token).toBe(token);
      await world.clock.advance(100);
    }
    expect(page.calls.length - 1).toBeLessThanOrEqual(7);
    expect(page.eventsNamed('tokenRefreshed')).toHaveLength(1);
  });

  test('gives nearly expired tokens, a new one each time: no storm', async () => {
    const world = new World();
    const page = await world.registeredPage('p1');
    page.provider = () => world.mint('ann', 5, { iat: Math.floor(world.nowSeconds()) - 175 });
    for (let tenths = 0; tenths < 600; tenths++) {
      await world.clock.until(page.fetch());
      await world.clock.advance(100);
    }
    // 0.75 s after one another: each is taken, so that the waits do not grow.
    expect(page.calls.length).toBeLessThanOrEqual(80);
  });

  test('gives an expired token: it is refused, asked once more, then it is an error', async () => {
    const world = new World({ onUnavailable: 'fail' });
    const page = await world.registeredPage('p1', () => world.mint('ann', -5));
    await world.registeredPage('p2', () => world.mint('ann', -5));
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 401, code: 'expired-token' });
    expect(page.calls).toHaveLength(2);
    expect(world.server.received).toHaveLength(0);
  });

  test('gives an expired token, then a fresh one: the request carries the fresh one', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', (_ask, nth) => world.mint('ann', nth === 1 ? -5 : 180));
    expect((await world.clock.until(page.fetch())).token).toBe(world.tokens[1]);
    expect(page.eventsNamed('refreshError')).toHaveLength(0);
  });

  test.each([
    ['undefined', undefined],
    ['nothing in an object', {}],
    ['a number', { token: 5 }],
    ['a text that is no token', 'Bearer abc'],
    ['an empty text', ''],
    ['two lines', 'abc\r\nX-Evil: 1'],
    ['16 KB', 'a'.repeat(16_384)],
  ])('gives %s: invalid-token, and nothing is sent', async (_what, given) => {
    const world = new World({ onUnavailable: 'fail' });
    const page = await world.registeredPage('p1', () => given);
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 401, code: 'invalid-token' });
    expect(world.server.received).toHaveLength(0);
  });

  test('gives the very token that was refused: an error, but the session may live on other paths', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    const { token } = await world.clock.until(page.fetch());
    world.server.refused.add(token!);
    page.provider = () => token;
    expect((await world.clock.until(page.fetch())).status).toBe(401);
    expect(page.eventsNamed('refreshError')).toMatchObject([{ code: 'invalid-token' }]);
    expect(page.eventsNamed('reauthRequired')).toHaveLength(0);
    expect((await world.clock.until(page.fetch('/api/other'))).token).toBe(token);
  });

  test('refuses, and the server has refused the token: the session is lost, no such token is sent again', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    const { token } = await world.clock.until(page.fetch());
    world.server.refused.add(token!);
    page.provider = rejects;
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 401, token });
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
    expect(page.eventsNamed('reauthRequired')).toEqual([{ code: 'provider-rejected' }]);
    expect(page.eventsNamed('requestSkipped')).toEqual([
      { url: 'https://app.example/api/me', why: 'reauth-required' },
    ]);
  });

  test('hangs, and the server has refused a token that still has time: it may be asked for again', async () => {
    const world = new World({ getTokenTimeoutSeconds: 1 });
    const page = await world.registeredPage('p1', world.gives('ann'));
    const { token } = await world.clock.until(page.fetch());
    world.server.refused.add(token!);
    page.provider = hangs;
    expect((await world.clock.until(page.fetch())).status).toBe(401);
    expect(page.eventsNamed('reauthRequired')).toHaveLength(0);
  });

  test('hangs, and the server has refused a token of unknown life: the session is lost', async () => {
    const world = new World({ getTokenTimeoutSeconds: 1 });
    const page = await world.registeredPage('p1', () => world.mintOpaque(), 'ann');
    const { token } = await world.clock.until(page.fetch());
    world.server.refused.add(token!);
    page.provider = hangs;
    expect((await world.clock.until(page.fetch())).status).toBe(401);
    expect(page.eventsNamed('reauthRequired')).toEqual([{ code: 'provider-timeout' }]);
  });

  test('hangs from a logout of the host on: within one life nothing is sent any more, one reauthRequired', async () => {
    const world = new World({ getTokenTimeoutSeconds: 2 });
    const page = await world.registeredPage('p1', world.gives('ann', 60));
    await world.clock.until(page.fetch());
    page.provider = hangs;
    for (let seconds = 0; seconds < 300; seconds++) {
      void page.fetch();
      await world.clock.advance(1000);
    }
    const lastSent = world.server.received.findLast(({ token }) => token !== undefined)!;
    expect(lastSent.atMs).toBeLessThan(world.server.received[0]!.atMs + 60_000);
    expect(page.eventsNamed('reauthRequired')).toEqual([{ code: 'provider-timeout' }]);
    expect(page.calls.length).toBeLessThan(20);
  });

  test('throws a code of ours: that is the code of the error', async () => {
    const world = new World({ onUnavailable: 'fail' });
    const page = await world.registeredPage('p1', () => {
      throw new TokenInjectorError('expired-token', '');
    });
    expect(await world.clock.until(page.fetch())).toMatchObject({ code: 'expired-token' });
  });
});

test('a device that cannot make a digest has no derived identity: a typed error, and nothing is sent', async () => {
  const world = new World({ onUnavailable: 'fail' });
  Object.assign(world.worker.core.platform, { digest: () => Promise.reject(new TypeError('no subtle')) });
  const page = await world.registeredPage('p1', world.gives('ann'));
  expect(await world.clock.until(page.fetch())).toMatchObject({ status: 401, code: 'provider-rejected' });
  const named = await world.registeredPage('p2', world.gives('ann'), 'ann');
  expect((await world.clock.until(named.fetch())).status).toBe(200);
});

describe('what the provider is told', () => {
  test('why, how long, and the token before', async () => {
    const world = new World({ minValiditySeconds: 20, getTokenTimeoutSeconds: 7 });
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    await world.clock.advance(155_000);
    await world.clock.until(page.fetch());
    await world.clock.advance(165_000);
    await world.clock.until(page.fetch('/api/x', { rule: { minValiditySeconds: 60 } }));
    await world.clock.advance(500_000);
    await world.clock.until(page.fetch());
    world.server.refused.add(world.tokens[3]!);
    await world.clock.until(page.fetch());
    await world.clock.until(page.say({ type: 'getToken', forceRefresh: true }));
    const terms = { minValiditySeconds: 20, timeoutMs: 7000 };
    expect(page.calls).toMatchObject([
      { reason: 'initial', ...terms },
      { reason: 'expiring', ...terms, previousToken: world.tokens[0] },
      { reason: 'expiring', ...terms, minValiditySeconds: 60, previousToken: world.tokens[1] },
      { reason: 'expired', ...terms, previousToken: world.tokens[2] },
      { reason: 'rejected', ...terms, previousToken: world.tokens[3] },
      { reason: 'forced', ...terms, previousToken: world.tokens[4] },
    ]);
    expect(page.calls[0]!.previousToken).toBeUndefined();
  });
});

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
    expect(world.store.text()).not.toContain(world.tokens[0]!);
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
    expect(world.store.text()).not.toContain(world.tokens[0]!);
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
    expect(world.store.text()).not.toContain(world.tokens[0]!);
  });

  test('a token that another core stored last is found without a BroadcastChannel, and no provider is called', async () => {
    const world = new World();
    world.hasChannel = false;
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const second = world.addCore();
    await world.clock.settle();
    const { token } = await world.clock.until(page.fetch());
    world.worker = second;
    expect((await world.clock.until(page.fetch())).token).toBe(token);
    expect(page.calls).toHaveLength(1);
  });

  test('an older token that arrives after a newer one is ignored', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const older = world.mint('ann');
    await world.clock.advance(2000);
    const { token } = await world.clock.until(page.fetch());
    page.provider = () => older;
    const done = await world.clock.until(page.say({ type: 'getToken', forceRefresh: true }));
    expect(done.token).toBe(token);
    expect((await world.clock.until(page.fetch())).token).toBe(token);
    expect(page.eventsNamed('tokenRefreshed')).toHaveLength(1);
  });
});

describe('the user changes', () => {
  test('from A to B in mid-refresh: the waiting request carries B, and A keeps its own', async () => {
    const world = new World();
    const stays = await world.registeredPage('stays', world.gives('A', 180, 50));
    const switches = await world.registeredPage('switches', world.gives('A', 180, 50));
    await world.clock.until(Promise.all([stays.fetch(), switches.fetch()]));
    const tokenOfA = (await world.clock.until(stays.fetch())).token;
    switches.provider = world.gives('B', 180, 500);
    await world.clock.advance(155_000);
    const { token } = await world.clock.until(switches.say({ type: 'getToken', forceRefresh: true }));
    const tokenOfB = world.tokens.at(-1);
    expect(token).toBe(tokenOfB);
    expect((await world.clock.until(switches.fetch())).token).toBe(tokenOfB);
    stays.provider = rejects;
    expect((await world.clock.until(stays.fetch())).token).toBe(tokenOfA);
  });

  test('every request of a page that switched to B goes as B, also the ones that waited for A', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('A'));
    await world.clock.until(page.fetch());
    page.provider = world.gives('B', 180, 500);
    await world.clock.advance(181_000);
    const answers = await world.clock.until(many(10, () => page.fetch()));
    expect(new Set(answers.map(({ token }) => token))).toEqual(new Set([world.tokens[1]]));
    expect(page.calls).toHaveLength(2);
  });

  test('a provider that is someone else at each call ends in an error, not in a loop', async () => {
    const world = new World({ onUnavailable: 'fail' });
    const page = await world.registeredPage('p1');
    page.provider = (_ask, nth) => world.mint(`user${nth}`, 10, { iat: Math.floor(world.nowSeconds()) - 90 });
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 401, code: 'invalid-token' });
    expect(page.calls).toHaveLength(4);
  });
});

describe('two at once', () => {
  test('two tenants, and two contexts of one: each page gets its own token, in 300 interleaved requests', async () => {
    const world = new World();
    const whose = new Map<string, string>();
    const gives = (sub: string, context?: string) => () => {
      const token = world.mint(sub, 60, context ? { context } : {});
      whose.set(token, `${sub}/${context}`);
      return token;
    };
    const pages = await Promise.all([
      world.registeredPage('foo', gives('foo')),
      world.registeredPage('bar-1', gives('bar', 'issue')),
      world.registeredPage('bar-2', gives('bar', 'project')),
      world.registeredPage('foo-again', gives('foo')),
    ]);
    for (let round = 0; round < 75; round++) {
      const answers = await world.clock.until(Promise.all(pages.map((page) => page.fetch())));
      expect(answers.map(({ token }) => whose.get(token!))).toEqual([
        'foo/undefined',
        'bar/issue',
        'bar/project',
        'foo/undefined',
      ]);
      await world.clock.advance(3000);
      if (round % 10 === 9) world.restartWorker();
    }
  });

  test('two pages of one user have one token once both are known', async () => {
    const world = new World();
    const one = await world.registeredPage('p1', world.gives('ann'));
    const other = await world.registeredPage('p2', world.gives('ann'));
    await world.clock.until(one.fetch());
    await world.clock.until(other.fetch());
    await world.clock.advance(181_000);
    const answers = await world.clock.until(Promise.all([one.fetch(), other.fetch()]));
    expect(answers[0].token).toBe(answers[1].token);
    expect(world.providerCalls()).toBe(3);
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
    expect(token).toBe(world.tokens.at(-1));
    expect(page.calls).toHaveLength(2);
  });

  test('between requests: the token is read back, sent once, and no provider is called', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    const { token } = await world.clock.until(page.fetch());
    world.restartWorker();
    expect((await world.clock.until(page.fetch())).token).toBe(token);
    expect(page.calls).toHaveLength(1);
    expect(world.server.received).toHaveLength(2);
  });

  test("with storage: 'memory': no token was stored, the page is asked, and identities are kept", async () => {
    const world = new World({ storage: 'memory' });
    const page = await world.registeredPage('p1', world.gives('ann'));
    const { token } = await world.clock.until(page.fetch());
    expect(world.store.text()).not.toContain(token!);
    const identity = (await page.status())['identity'];
    world.restartWorker();
    expect((await world.clock.until(page.fetch())).token).toBe(world.tokens[1]);
    expect((await page.status())['identity']).toBe(identity);
    expect(page.calls).toHaveLength(2);
  });
});

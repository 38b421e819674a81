import { describe, expect, test } from 'vitest';
import { rejects, World } from '../support/world.js';

/** Requests of one page, all at once. */
function many<T>(count: number, request: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, request));
}

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
    const tokenOfB = world.token(-1);
    expect(token).toBe(tokenOfB);
    expect((await world.clock.until(switches.fetch())).token).toBe(tokenOfB);
    stays.provider = rejects;
    expect((await world.clock.until(stays.fetch())).token).toBe(tokenOfA);
  });

  test('and another page that is still A need not wait for that: A’s next token comes at once', async () => {
    const world = new World();
    const stays = await world.registeredPage('stays', world.gives('A'));
    const switches = await world.registeredPage('switches', world.gives('A'));
    await world.clock.until(Promise.all([stays.fetch(), switches.fetch()]));
    switches.provider = world.gives('B');
    await world.clock.advance(181_000);
    await world.clock.until(switches.fetch());
    expect((await world.clock.until(stays.fetch())).token).toBe(world.token(-1));
  });

  test('every request of a page that switched to B goes as B, also the ones that waited for A', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('A'));
    await world.clock.until(page.fetch());
    page.provider = world.gives('B', 180, 500);
    await world.clock.advance(181_000);
    const answers = await world.clock.until(many(10, () => page.fetch()));
    expect(new Set(answers.map(({ token }) => token))).toEqual(new Set([world.token(1)]));
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

test('where nothing can be digested (an insecure page) each client has its own token, of whoever it is', async () => {
  const world = new World();
  world.canDigest = false;
  const one = await world.registeredPage('p1', world.gives('A'));
  const other = await world.registeredPage('p2', world.gives('A'));
  const tokens = await world.clock.until(Promise.all([one.fetch(), other.fetch(), one.fetch()]));
  expect(tokens.map(({ token }) => token)).toEqual([world.token(0), world.token(1), world.token(0)]);
  expect(world.providerCalls()).toBe(2);
});

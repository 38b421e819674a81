import { describe, expect, test } from 'vitest';
import { TokenInjectorError } from '../../../src/core/errors.js';
import { hangs, rejects, World } from '../support/world.js';

/** Requests of one page, all at once. */
function many<T>(count: number, request: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, request));
}

describe('a provider that does not deliver', () => {
  test('never settles: it times out, the lock is free, another page is asked', async () => {
    const world = new World();
    const stuck = await world.registeredPage('p1', hangs, 'ann');
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    const { token } = await world.clock.until(stuck.fetch(), 11_000);
    expect(token).toBe(world.token(0));
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
    expect(new Set(answers.map(({ token }) => token))).toEqual(new Set([world.token(0)]));
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
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(-1));
    expect((await page.status())['state']).toBe('fresh');
    page.provider = rejects;
    await world.clock.advance(200_000);
    await world.clock.until(page.fetch());
    expect(page.eventsNamed('reauthRequired')).toHaveLength(2);
  });

  test('gives the same token again and again: it backs off', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    const token = await page.sendsToken();
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
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(1));
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
    const token = await page.sendsToken();
    world.server.refused.add(token);
    page.provider = () => token;
    expect((await world.clock.until(page.fetch())).status).toBe(401);
    expect(page.eventsNamed('refreshError')).toMatchObject([{ code: 'invalid-token' }]);
    expect(page.eventsNamed('reauthRequired')).toHaveLength(0);
    expect((await world.clock.until(page.fetch('/api/other'))).token).toBe(token);
  });

  test('refuses, and a path has refused a token that still has time: told at once, and other paths go on with it', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    const token = await page.sendsToken();
    world.server.respond = ({ url }) => (url.endsWith('/api/broken') ? { status: 401 } : undefined);
    page.provider = rejects;
    expect(await world.clock.until(page.fetch('/api/broken'))).toMatchObject({ status: 401, token });
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 200, token });
    expect(page.eventsNamed('reauthRequired')).toEqual([{ code: 'provider-rejected' }]);
    await world.clock.advance(181_000);
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
    expect(page.eventsNamed('reauthRequired')).toEqual([{ code: 'provider-rejected' }]);
  });

  test('refuses, and the server has refused a token of unknown life: the session is lost, it is not sent again', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', () => world.mintOpaque());
    const token = await page.sendsToken();
    world.server.refused.add(token);
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
    const token = await page.sendsToken();
    world.server.refused.add(token);
    page.provider = hangs;
    expect((await world.clock.until(page.fetch())).status).toBe(401);
    expect(page.eventsNamed('reauthRequired')).toHaveLength(0);
  });

  test('hangs, and the server has refused a token of unknown life: the session is lost', async () => {
    const world = new World({ getTokenTimeoutSeconds: 1 });
    const page = await world.registeredPage('p1', () => world.mintOpaque(), 'ann');
    const token = await page.sendsToken();
    world.server.refused.add(token);
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

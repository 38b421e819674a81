import { beforeEach, describe, expect, test } from 'vitest';
import type { VirtualPage } from '../support/virtual-page.js';
import type { Response } from '../support/virtual-server.js';
import { rejects, World } from '../support/world.js';

/*
 * A covered request can be redirected, to a host that the app trusts with a download or by an open redirect to one
 * that nobody chose. What that host answers is for the page; it says nothing of tokens or times.
 */

const ABROAD = { type: 'cors', redirected: true, url: 'https://evil.example/x' };

let world: World;
let page: VirtualPage;
let own: string;

beforeEach(async () => {
  world = new World({ tokenResponseHeader: 'X-acpt' });
  page = await world.registeredPage('p1', world.gives('ann'), 'ann');
  own = await page.sendsToken();
  page.events.length = 0;
  world.server.received.length = 0;
});

/** One request whose redirect leads to an answer of this kind. */
async function fetchAbroad(answer: Partial<Response>): Promise<number> {
  world.server.respond = () => ({ status: 200, ...ABROAD, ...answer });
  const { status } = await world.clock.until(page.fetch('/api/download'));
  await world.clock.settle();
  world.server.respond = () => undefined;
  return status;
}

describe('a host abroad that answers a redirected request', () => {
  test.each([
    ['a JWT', (): string => world.mint('mallory', 900)],
    ['an opaque token', (): string => world.mintOpaque()],
  ])('plants no token: %s', async (_what, give) => {
    await world.clock.advance(2000);
    expect(await fetchAbroad({ headers: { 'X-acpt': give() } })).toBe(200);
    expect(await page.sendsToken()).toBe(own);
    expect(page.events).toEqual([]);
    expect(world.store.text()).not.toContain(world.token(-1));
  });

  test('moves no clock and ends no session: its 401 with a Date of 40 hours ahead goes to the page', async () => {
    page.provider = rejects;
    const Date = new globalThis.Date(world.clock.trueNowMs() + 40 * 3600_000).toUTCString();
    expect(await fetchAbroad({ status: 401, headers: { Date } })).toBe(401);
    expect(page.calls).toHaveLength(1);
    expect(await page.status()).toMatchObject({ state: 'fresh', clockSkewSeconds: 0 });
    expect(await page.sendsToken()).toBe(own);
    expect(world.server.received.filter(({ isRetry }) => isRetry)).toEqual([]);
  });

  test('says as little where the redirect came with the second answer', async () => {
    world.server.respond = ({ isRetry }) =>
      isRetry
        ? { status: 200, ...ABROAD, headers: { 'X-acpt': world.mint('mallory', 900) } }
        : { status: 401 };
    expect((await world.clock.until(page.fetch())).status).toBe(200);
    world.server.respond = () => undefined;
    expect(await page.sendsToken()).toBe(world.token(1));
  });

  test('and refuses the second time makes no later refusal wait', async () => {
    world.server.respond = ({ isRetry }) => ({ status: 401, ...(isRetry ? ABROAD : {}) });
    expect((await world.clock.until(page.fetch())).status).toBe(401);
    world.server.respond = () => undefined;
    world.server.refused.add(world.token(-1));
    expect((await world.clock.until(page.fetch())).status).toBe(200);
  });

  test('as an opaque response is nobody’s word either', async () => {
    expect(await fetchAbroad({ status: 401, type: 'opaque' })).toBe(401);
    expect(page.calls).toHaveLength(1);
  });
});

describe('a token in a response of the own origin', () => {
  const fetchGiving = async (token: string): Promise<void> => {
    world.server.respond = () => ({ status: 200, type: 'basic', headers: { 'X-acpt': token } });
    await world.clock.until(page.fetch());
    await world.clock.settle();
    world.server.respond = () => undefined;
  };
  const issuedBefore = (seconds: number): string =>
    world.mint('ann', 900, { iat: Math.floor(world.nowSeconds()) - seconds });

  test('is taken where it was issued since the request, give or take 5 s', async () => {
    await world.clock.advance(60_000);
    const given = issuedBefore(5);
    await fetchGiving(given);
    expect(await page.sendsToken()).toBe(given);
  });

  test('is left where it is older, though newer than the current one: the answer is out of a cache', async () => {
    await world.clock.advance(60_000);
    await fetchGiving(issuedBefore(6));
    expect(await page.sendsToken()).toBe(own);
  });

  test('is left where it does not say when it was issued', async () => {
    await world.clock.advance(60_000);
    await fetchGiving(world.mintOpaque());
    await fetchGiving(world.mint('ann', 900, { iat: undefined }));
    expect(await page.sendsToken()).toBe(own);
    expect(page.eventsNamed('tokenRefreshed')).toEqual([]);
  });

  test('is judged by the time that the request was sent, however long the answer takes', async () => {
    await world.clock.advance(20_000);
    const given = issuedBefore(0);
    world.server.takesMs = 30_000;
    await fetchGiving(given);
    world.server.takesMs = 0;
    expect(await page.sendsToken()).toBe(given);
  });

  test.each([10_000, 60_000])(
    'is taken where the device’s clock is %d ms ahead and nothing said so yet',
    async (errorMs) => {
      const ahead = new World({ tokenResponseHeader: 'X-acpt' });
      ahead.server.tellsTime = true;
      ahead.clock.deviceErrorMs = errorMs;
      const tab = await ahead.registeredPage('p1', ahead.gives('ann'), 'ann');
      await tab.sendsToken();
      await ahead.clock.advance(20_000);
      const given = ahead.mint('ann', 900);
      ahead.server.respond = () => ({ status: 200, type: 'basic', headers: { 'X-acpt': given } });
      await ahead.clock.until(tab.fetch());
      await ahead.clock.settle();
      expect(await tab.sendsToken()).toBe(given);
    },
  );

  test('that seemed too old is not taken any more after a logout, while the server is asked for the time', async () => {
    world.server.tellsTime = true;
    world.server.tellingTakesMs = 1000;
    world.clock.deviceErrorMs = 10_000;
    await world.clock.advance(60_000);
    const given = issuedBefore(0);
    await fetchGiving(given);
    await world.clock.until(page.say({ type: 'logout' }), 500);
    await world.clock.until(page.register('ann'), 100);
    await world.clock.advance(2000);
    expect(await page.sendsToken()).not.toBe(given);
    expect(world.store.text()).not.toContain(given);
  });

  test.each([3600_000, -3600_000])(
    'is judged by the server’s clock, where the device’s is off by %d ms',
    async (errorMs) => {
      world.server.tellsTime = true;
      world.clock.deviceErrorMs = errorMs;
      await world.clock.advance(60_000);
      await world.clock.until(page.say({ type: 'getToken', forceRefresh: true }));
      await world.clock.advance(60_000);
      const given = issuedBefore(0);
      await fetchGiving(given);
      expect(await page.sendsToken()).toBe(given);
    },
  );
});

describe('a redirect within the origin takes the header along', () => {
  const followed = async (answer: Partial<Response>): Promise<unknown> => {
    world.server.respond = () => ({ status: 200, type: 'basic', ...answer });
    await world.clock.until(page.fetch('/api/go?to=secret'));
    return page.eventsNamed('requestSkipped');
  };

  test('to a path that is not covered: the page is told where, without the query', async () => {
    expect(await followed({ redirected: true, url: 'https://app.example/other/x?jwt=secret#y' })).toEqual([
      { why: 'redirected-outside', url: 'https://app.example/other/x' },
    ]);
  });

  test.each([
    ['to a covered path', { redirected: true, url: 'https://app.example/api/x' }],
    ['and was none', { redirected: false, url: 'https://app.example/other/x' }],
  ])('%s: nothing to tell', async (_what, answer) => {
    expect(await followed(answer)).toEqual([]);
  });

  test('to a path that is not covered and that refuses it: the 401 rule holds all the same', async () => {
    world.server.respond = ({ isRetry }) =>
      isRetry
        ? undefined
        : { status: 401, type: 'basic', redirected: true, url: 'https://app.example/other/x' };
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 200, token: world.token(1) });
    expect(page.eventsNamed('requestSkipped')).toHaveLength(1);
  });
});

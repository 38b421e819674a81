import { describe, expect, test } from 'vitest';
import { expiryOf } from '../support/jwt.js';
import { World } from '../support/world.js';

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
        const token = await page.sendsToken();
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
    world.server.refused.add(world.token(0));
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
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { createServerClock, type ServerClock } from '../../../src/core/server-clock.js';
import { World } from '../support/world.js';

const HOUR_MS = 3600_000;

let world: World;
let clock: ServerClock;
let checks: number;
let serverAnswer: () => Promise<number>;

beforeEach(() => {
  world = new World();
  checks = 0;
  serverAnswer = () => Promise.resolve(world.clock.trueNowMs());
  clock = createServerClock({
    ...world.worker.core.platform,
    now: () => world.clock.deviceNowMs(),
    setTimer: (callback, delayMs) => world.clock.setTimer(callback, delayMs),
    serverTimeMs: () => (checks++, serverAnswer()),
  });
});

describe('a Date header says what the time is', () => {
  test.each([
    ['an hour ahead', HOUR_MS],
    ['an hour behind', -HOUR_MS],
    ['a day ahead', 24 * HOUR_MS],
  ])('a device %s is corrected', (_what, errorMs) => {
    world.clock.deviceErrorMs = errorMs;
    clock.learnDate(world.clock.trueNowMs());
    expect(clock.nowSeconds()).toBe(world.nowSeconds());
    expect(clock.skewMs).toBe(-errorMs);
  });

  test('less than two seconds are noise', () => {
    clock.learnDate(world.clock.trueNowMs() + 1900);
    clock.learnDate(world.clock.trueNowMs() - 1900);
    expect(clock.skewMs).toBe(0);
  });

  test('a device that was set right is right again', () => {
    world.clock.deviceErrorMs = HOUR_MS;
    clock.learnDate(world.clock.trueNowMs());
    world.clock.deviceErrorMs = 0;
    clock.learnDate(world.clock.trueNowMs() + 300);
    expect(clock.skewMs).toBe(0);
  });

  test('more than two days are a broken server', () => {
    clock.learnDate(world.clock.trueNowMs() + 49 * HOUR_MS);
    clock.learnDate(world.clock.trueNowMs() * 1000);
    clock.learnDate(0);
    expect(clock.skewMs).toBe(0);
  });

  test('more than two days ahead are milliseconds for seconds, or a broken issuer', () => {
    clock.learnIssuedAt(world.nowSeconds() + 49 * 3600);
    clock.learnIssuedAt(world.clock.trueNowMs());
    expect(clock.skewMs).toBe(0);
  });

  test('and do not keep an iat from correcting the device', () => {
    world.clock.deviceErrorMs = -HOUR_MS;
    clock.learnDate(world.clock.trueNowMs() - 72 * HOUR_MS);
    clock.learnIssuedAt(world.nowSeconds());
    expect(clock.skewMs).toBe(HOUR_MS);
  });

  test('none says nothing', () => {
    clock.learnDate(NaN);
    expect(clock.skewMs).toBe(0);
  });
});

describe('an iat says that it is no earlier', () => {
  test('a device an hour behind is corrected', () => {
    world.clock.deviceErrorMs = -HOUR_MS;
    clock.learnIssuedAt(world.clock.trueNowMs() / 1000);
    expect(clock.nowSeconds()).toBe(world.nowSeconds());
  });

  test('a token that was got an hour ago turns nothing back', () => {
    clock.learnIssuedAt((world.clock.trueNowMs() - HOUR_MS) / 1000);
    expect(clock.skewMs).toBe(0);
  });

  test('nor does it turn back what a Date header taught', () => {
    world.clock.deviceErrorMs = -HOUR_MS;
    clock.learnDate(world.clock.trueNowMs());
    clock.learnIssuedAt((world.clock.trueNowMs() - 60_000) / 1000);
    expect(clock.nowSeconds()).toBe(world.nowSeconds());
  });
});

describe('an iat, where a Date header has said what the time is', () => {
  beforeEach(() => clock.learnDate(world.clock.trueNowMs()));
  const learnAhead = (): void => clock.learnIssuedAt(world.nowSeconds() + 40 * 3600);

  test('moves nothing for an hour', async () => {
    learnAhead();
    await world.clock.advance(HOUR_MS - 1000);
    learnAhead();
    expect(clock.skewMs).toBe(0);
  });

  test('counts again after that', async () => {
    await world.clock.advance(HOUR_MS);
    learnAhead();
    expect(clock.skewMs).toBe(40 * HOUR_MS);
  });

  test('counts again after the device was set back by more', () => {
    world.clock.deviceErrorMs = -2 * HOUR_MS;
    clock.learnIssuedAt(world.nowSeconds());
    expect(clock.nowSeconds()).toBe(world.nowSeconds());
  });

  test('is not held off by an answer without a Date', async () => {
    await world.clock.advance(HOUR_MS);
    clock.learnDate(NaN);
    learnAhead();
    expect(clock.skewMs).toBe(40 * HOUR_MS);
  });
});

describe('in doubt the server is asked', () => {
  test('and believed', async () => {
    world.clock.deviceErrorMs = HOUR_MS;
    await world.clock.until(clock.check());
    expect(clock.nowSeconds()).toBe(world.nowSeconds());
  });

  test('once in a minute', async () => {
    await world.clock.until(clock.check());
    await world.clock.advance(59_000);
    await world.clock.until(clock.check());
    expect(checks).toBe(1);
    await world.clock.advance(1000);
    await world.clock.until(clock.check());
    expect(checks).toBe(2);
  });

  test('once for two who doubt at the same time: both wait for the answer', async () => {
    world.clock.deviceErrorMs = HOUR_MS;
    serverAnswer = async () => (await world.clock.sleep(500), world.clock.trueNowMs());
    const first = clock.check();
    await world.clock.advance(100);
    await world.clock.until(clock.check());
    expect(clock.nowSeconds()).toBe(world.nowSeconds());
    expect(checks).toBe(1);
    await first;
  });

  test.each([HOUR_MS, -HOUR_MS])('at once after the device was set by %d ms', async (errorMs) => {
    await world.clock.until(clock.check());
    world.clock.deviceErrorMs = errorMs;
    await world.clock.until(clock.check());
    expect(clock.nowSeconds()).toBe(world.nowSeconds());
  });

  test.each([
    ['does not answer', () => new Promise<number>(() => undefined)],
    ['cannot be reached', () => Promise.reject<number>(new TypeError('Failed to fetch'))],
    ['has no Date', () => Promise.resolve(NaN)],
  ])('for two seconds at most, where it %s', async (_what, answer) => {
    serverAnswer = answer;
    await world.clock.until(clock.check(), 2000);
    expect(clock.skewMs).toBe(0);
  });
});

test('the clock of one identity’s issuer takes no token from another identity', async () => {
  world.server.tellsTime = true;
  const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
  const ahead = 40 * 3600;
  const odd = await world.registeredPage('odd', () => {
    const iat = Math.floor(world.nowSeconds()) + ahead;
    return world.mint('bob', 180, { iat, exp: iat + 180 });
  });
  for (let round = 0; round < 12; round++) {
    await world.clock.until(odd.say({ type: 'getToken', forceRefresh: true }).catch(() => undefined));
    expect((await world.clock.until(page.fetch())).token).toBeDefined();
    await world.clock.advance(5000);
  }
  expect(page.eventsNamed('reauthRequired')).toEqual([]);
  expect(page.calls).toHaveLength(1);
  expect((await page.status())['clockSkewSeconds']).toBe(0);
});

import { beforeEach, expect, test } from 'vitest';
import { createServerClock, type ServerClock } from '../../../src/core/server-clock.js';
import { World } from '../support/world.js';

const HOUR_MS = 3600_000;

let world: World;
let clock: ServerClock;

beforeEach(() => {
  world = new World();
  world.clock.deviceErrorMs = -HOUR_MS;
  clock = createServerClock(world.worker.core.platform);
});

test('a Date header of a second more or less does not move what an earlier one has taught', () => {
  clock.learnDate(world.clock.trueNowMs());
  clock.learnDate(world.clock.trueNowMs() + 1000);
  clock.learnDate(world.clock.trueNowMs() - 1000);
  expect(clock.skewMs).toBe(HOUR_MS);
});

test('a token issued a second ago does not turn back what an earlier one has taught', () => {
  clock.learnIssuedAt(world.nowSeconds());
  clock.learnIssuedAt(world.nowSeconds() - 1);
  expect(clock.skewMs).toBe(HOUR_MS);
});

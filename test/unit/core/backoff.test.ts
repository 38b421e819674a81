import { describe, expect, test } from 'vitest';
import { fail, isWaiting } from '../../../src/core/backoff.js';

const NOW = 1_800_000_000_000;

function waitsMs(failures: number, random: number): number[] {
  const backoff = { untilMs: 0, failures: 0 };
  return Array.from({ length: failures }, () => {
    fail(backoff, NOW, random);
    return backoff.untilMs - NOW;
  });
}

test('waits double from one second to a minute', () => {
  expect(waitsMs(8, 1)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
});

test('jitter takes up to half of a wait away, never all', () => {
  expect(waitsMs(7, 0)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000]);
});

test('after thousands of failures the wait is still a minute', () => {
  expect(waitsMs(3000, 1).at(-1)).toBe(60_000);
});

test('an hour of failures, one request each 100 ms, calls a provider about 70 times', () => {
  const backoff = { untilMs: 0, failures: 0 };
  let calls = 0;
  for (let now = NOW; now < NOW + 3600_000; now += 100) {
    if (isWaiting(backoff.untilMs, now)) continue;
    calls++;
    fail(backoff, now, 0.5);
  }
  expect(calls).toBeGreaterThan(60);
  expect(calls).toBeLessThan(100);
});

describe('a wait', () => {
  test('is over when its time has come', () => {
    expect(isWaiting(NOW + 1, NOW)).toBe(true);
    expect(isWaiting(NOW, NOW)).toBe(false);
    expect(isWaiting(0, NOW)).toBe(false);
  });

  test('is over when the clock was set back', () => {
    expect(isWaiting(NOW + 60_000, NOW)).toBe(true);
    expect(isWaiting(NOW + 60_001, NOW)).toBe(false);
  });
});

import { describe, expect, test } from 'vitest';
import { freshness, type Freshness } from '../../../src/core/freshness.js';
import type { AccessToken } from '../../../src/core/token.js';

const NOW = 1_800_000_000;

function ofLife(lifeSeconds: number, leftSeconds: number): AccessToken {
  const expiresAt = NOW + leftSeconds;
  return { value: 'x', issuedAt: expiresAt - lifeSeconds, expiresAt, receivedAt: NOW, order: 1 };
}

function at(lifeSeconds: number, leftSeconds: number, min = 30, window = 0.2): Freshness {
  return freshness(ofLife(lifeSeconds, leftSeconds), NOW, min, window);
}

describe('a token of 15 minutes, 30 s and a window of a fifth', () => {
  test.each([
    [900, 'fresh'],
    [180, 'fresh'],
    [179.9, 'expiring'],
    [30, 'expiring'],
    [29.9, 'stale'],
    [0.1, 'stale'],
    [0, 'expired'],
    [-1000, 'expired'],
  ])('with %d s left is %s', (left, expected) => {
    expect(at(900, left)).toBe(expected);
  });
});

describe('a token of 60 s: the least validity is clamped to half its life, the window reaches above that', () => {
  test.each([
    [60, 'fresh'],
    [36, 'fresh'],
    [35.9, 'expiring'],
    [30, 'expiring'],
    [29.9, 'stale'],
  ])('with %d s left is %s', (left, expected) => {
    expect(at(60, left)).toBe(expected);
  });

  test('asked for an hour, it is still fresh at first', () => {
    expect(at(60, 60, 3600)).toBe('fresh');
    expect(at(60, 29, 3600)).toBe('stale');
  });
});

test.each([1, 5, 10, 59, 60, 61, 180, 3600, 86_400])(
  'a token of %d s begins to be replaced before a request has to wait for it',
  (life) => {
    const lefts = Array.from({ length: 1001 }, (_each, step) => life * (1 - step / 1000));
    const standings = [...lefts, Math.min(20, life / 4)].sort((a, b) => b - a).map((left) => at(life, left));
    const order: Freshness[] = ['fresh', 'expiring', 'stale', 'expired'];
    expect([...new Set(standings)]).toEqual(order);
    expect(standings).toEqual([...standings].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  },
);

test('without a window nothing is replaced ahead of its time', () => {
  expect(at(900, 30, 30, 0)).toBe('fresh');
  expect(at(900, 29, 30, 0)).toBe('stale');
});

test('with the whole life as its window a token is replaced as soon as it is used', () => {
  expect(at(900, 899, 30, 1)).toBe('expiring');
});

test('a least validity of nothing lets a token be sent to its last moment', () => {
  expect(at(900, 0.1, 0, 0)).toBe('fresh');
});

test('a token of unknown life is fresh until it is refused', () => {
  expect(freshness({ ...ofLife(1, 1), issuedAt: NaN, expiresAt: NaN }, NOW + 1e9, 30, 0.2)).toBe('fresh');
});

test('where there is no iat the life is counted from receipt', () => {
  const token = { ...ofLife(1, 60), issuedAt: NaN };
  expect(freshness(token, NOW, 30, 0.2)).toBe('fresh');
  expect(freshness(token, NOW + 25, 30, 0.2)).toBe('expiring');
  expect(freshness(token, NOW + 31, 30, 0.2)).toBe('stale');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  judge,
  median,
  quantile,
  ratioOf,
  seededRandom,
  shuffled,
  statisticOf,
} from '../../bench/statistics.js';

test('quantiles lie between neighbours, in proportion', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([10, 20], 0.95)).toBeCloseTo(19.5);
  expect(quantile([7], 0.95)).toBe(7);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});

test.each([0.5, 1.83, 1.849, 4.02])(
  'a clock that goes in steps does not hide that the median is %s ms',
  (middle) => {
    const random = seededRandom(3);
    const times = Array.from({ length: 2000 }, () => middle * (0.6 + 0.8 * random()));
    const seen = times.map((ms) => Math.round(ms * 10) / 10);
    expect(Math.abs(statisticOf(seen, 'p50') - median(times))).toBeLessThan(0.02);
    expect(statisticOf([7], 'p95')).toBe(7);
  },
);

test('a contestant that is twice as slow in every round is so whatever the rounds were like, without a doubt', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 3, maxLength: 40 }),
      (slow) => {
        const reference = slow.map((ms) => [ms, ms * 1.5, ms * 2]);
        const twice = reference.map((values) => values.map((ms) => ms * 2));
        const { median: middle, low, high } = ratioOf(twice, reference, 'p50', seededRandom(1));
        expect([middle, low, high].map((ratio) => ratio.toFixed(9))).toEqual(Array(3).fill('2.000000000'));
      },
    ),
  );
});

test('the interval holds the median, and is wider where the rounds differ more', () => {
  const reference = Array.from({ length: 20 }, () => [1]);
  const ratio = (spread: number) =>
    ratioOf(
      reference.map((_one, round) => [1 + spread * (round % 2 ? 1 : -1) * (round / 20)]),
      reference,
      'p50',
      seededRandom(1),
    );
  const [calm, wild] = [ratio(0.05), ratio(0.5)];
  for (const { low, median: middle, high } of [calm, wild]) {
    expect(low).toBeLessThanOrEqual(middle);
    expect(middle).toBeLessThanOrEqual(high);
  }
  expect(wild.high - wild.low).toBeGreaterThan(calm.high - calm.low);
});

test('a limit inside of the interval decides nothing', () => {
  const ratio = { median: 1, low: 0.98, high: 1.04 };
  expect(judge(ratio, 1.05)).toBe('held');
  expect(judge(ratio, 1.03)).toBe('too noisy to say');
  expect(judge(ratio, 0.97)).toBe('not held');
});

test('shuffled has the same values, in another order, the same one for the same seed', () => {
  const values = Array.from({ length: 20 }, (_none, at) => at);
  const once = shuffled(values, seededRandom(7));
  expect(once).not.toEqual(values);
  expect([...once].sort((a, b) => a - b)).toEqual(values);
  expect(shuffled(values, seededRandom(7))).toEqual(once);
});

import { describe, expect, test } from 'vitest';
import { stack } from '../../bench/plot/labels.js';

describe('blocks on a stack', () => {
  test('that have room stay where they want to be', () => {
    expect(
      stack(
        [
          { wanted: 50, height: 10 },
          { wanted: 20, height: 10 },
        ],
        0,
        100,
      ),
    ).toEqual([50, 20]);
  });

  test('that meet stand around their common middle', () => {
    expect(
      stack(
        [
          { wanted: 50, height: 10 },
          { wanted: 52, height: 20 },
        ],
        0,
        100,
      ),
    ).toEqual([43.5, 58.5]);
  });

  test('stay within the bounds, and push others on', () => {
    expect(
      stack(
        [
          { wanted: 99, height: 10 },
          { wanted: 98, height: 10 },
          { wanted: 80, height: 10 },
        ],
        0,
        100,
      ),
    ).toEqual([95, 85, 75]);
  });

  test('without room have no place', () => {
    expect(
      stack(
        [
          { wanted: 1, height: 60 },
          { wanted: 1, height: 60 },
        ],
        0,
        100,
      ),
    ).toBeUndefined();
  });
});

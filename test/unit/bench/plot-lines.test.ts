import { describe, expect, test } from 'vitest';
import { line, lines, named, textsOf } from './draw.js';
import { boxesOf } from './read-svg.js';

/** The lines of data, without those of a legend. */
function pathsOf(svg: string): string[] {
  return named(svg, 'path', 'line')
    .map(({ attributes }) => attributes.get('d') ?? '')
    .filter((path) => !path.includes('h'));
}

describe('an axis', () => {
  test('has round numbers with thousands separators', () => {
    expect(
      textsOf(
        line([
          [0, 0],
          [50, 48_000],
        ]),
      ),
    ).toEqual(expect.arrayContaining(['0', '10,000', '20,000', '30,000', '40,000', '50,000']));
  });

  test('of what is far from zero shows what it varies by, with the same digits in all', () => {
    const texts = textsOf(
      line([
        [0, 1.01],
        [9, 1.04],
      ]),
    );
    expect(texts).toEqual(expect.arrayContaining(['1.01', '1.02', '1.03', '1.04']));
    expect(texts.filter((text) => /^1(\.0)?$/.test(text))).toEqual([]);
  });

  test('of logarithms has powers of ten', () => {
    const texts = textsOf(
      line(
        [
          [1, 1],
          [1000, 1_000_000],
        ],
        { xScale: 'log', yScale: 'log' },
      ),
    );
    expect(texts).toEqual(
      expect.arrayContaining(['1', '10', '100', '1,000', '10,000', '100,000', '1,000,000']),
    );
  });

  test('of a day has times', () => {
    const texts = textsOf(
      line(
        [
          [9 * 3600, 1],
          [17 * 3600, 2],
        ],
        { xScale: 'time' },
      ),
    );
    expect(texts).toEqual(expect.arrayContaining(['09:00', '10:00', '11:00', '17:00']));
  });
});

describe('a line', () => {
  test('goes through its points in their proportion', () => {
    const [path] = pathsOf(
      line([
        [0, 0],
        [1, 50],
        [2, 100],
      ]),
    );
    const [, x0, y0, x1, y1, x2, y2] = /^M(\S+) (\S+)L(\S+) (\S+)L(\S+) (\S+)$/.exec(path!)!.map(Number);
    expect(x1).toBeCloseTo((x0! + x2!) / 2, 1);
    expect(y1).toBeCloseTo((y0! + y2!) / 2, 1);
    expect(y2).toBeLessThan(y0!);
  });

  test('that is constant lies level within the plot', () => {
    const svg = line([
      [1, 7],
      [2, 7],
    ]);
    const [, , y0, , y1] = /^M(\S+) (\S+)L(\S+) (\S+)$/.exec(pathsOf(svg)[0]!)!.map(Number);
    expect(y0).toBe(y1);
    const grid = boxesOf(named(svg, 'line', 'grid'));
    expect(y0).toBeGreaterThan(Math.min(...grid.map(({ top }) => top)));
    expect(y0).toBeLessThan(Math.max(...grid.map(({ top }) => top)));
  });

  test('has a gap where a log scale has no place for it', () => {
    const [path] = pathsOf(
      line(
        [
          [1, 5],
          [2, 6],
          [3, 0],
          [4, 7],
          [5, 8],
        ],
        { yScale: 'log' },
      ),
    );
    expect(path!.match(/M/g)).toHaveLength(2);
    expect(path!.match(/L/g)).toHaveLength(2);
  });

  test('has its name at its end, and in a legend where the ends are one', () => {
    const apart = lines([
      {
        name: 'high',
        points: [
          [0, 1],
          [1, 100],
        ],
      },
      {
        name: 'low',
        points: [
          [0, 1],
          [1, 10],
        ],
      },
    ]);
    const [high, low] = ['high', 'low'].map((name) =>
      boxesOf(named(apart, 'text')).find(({ what }) => what.endsWith(` ${name}`))!,
    );
    const ends = boxesOf(named(apart, 'path', 'line'));
    expect(Math.min(high!.left, low!.left)).toBeGreaterThan(Math.max(...ends.map(({ right }) => right)));
    expect(high!.bottom).toBeLessThan(low!.top);
    const together = lines(
      ['one', 'two', 'three', 'four', 'five', 'six'].map((name, index) => ({
        name,
        points: [
          [0, index],
          [1, 3],
        ],
      })),
    );
    const one = boxesOf(named(together, 'text')).find(({ what }) => what.endsWith(' one'))!;
    expect(one.bottom).toBeLessThan(
      Math.min(...boxesOf(named(together, 'line', 'grid')).map(({ top }) => top)),
    );
  });

  test('has a band around it, from the low to the high values', () => {
    const svg = lines([
      {
        name: 'ours',
        points: [
          [0, 50],
          [1, 50],
        ],
        spread: [
          [0, 0, 100],
          [1, 25, 75],
        ],
      },
    ]);
    const [band] = boxesOf(named(svg, 'polygon', 'spread'));
    const grid = boxesOf(named(svg, 'line', 'grid')).map(({ top }) => top);
    expect(band).toMatchObject({ top: Math.min(...grid), bottom: Math.max(...grid) });
  });
});

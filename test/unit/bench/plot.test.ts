import { describe, expect, test } from 'vitest';
import { PlotError } from '../../bench/plot/index.js';
import { bars, line, lines, named, textsOf, type Points } from './draw.js';
import { boxesOf, readSvg, type Box } from './read-svg.js';

const LONG =
  'a name so long that no line has room for it, @scope/with-a-package-whose-name-does-not-end-either, too';
const AWKWARD: Record<string, string> = {
  'one point': line([[3, 4]]),
  'a constant': line([
    [1, 7],
    [2, 7],
    [3, 7],
  ]),
  'nothing but zero': line([
    [0, 0],
    [0, 0],
  ]),
  'below zero': line([
    [-3, -12_000.5],
    [4, 220_000],
  ]),
  'huge and tiny': line([
    [1e-9, 1e-12],
    [1e12, 1e15],
  ]),
  'the same on log scales': line(
    [
      [1e-9, 1e-12],
      [1e12, 1e15],
    ],
    { xScale: 'log', yScale: 'log' },
  ),
  'a constant on log scales': line([[50, 50]], { xScale: 'log', yScale: 'log' }),
  'a time of day': line(
    [
      [32_400, 1],
      [65_000, 2],
    ],
    { xScale: 'time' },
  ),
  'long texts': lines(
    [
      {
        name: LONG,
        points: [
          [0, 1],
          [9, 9],
        ],
      },
      {
        name: `another, ${LONG}`,
        points: [
          [0, 2],
          [9, 1],
        ],
      },
    ],
    { title: `${LONG} ${LONG}`, xLabel: `${LONG} ${LONG}`, yLabel: `${LONG} ${LONG}` },
  ),
  'twelve lines with one end': lines(
    Array.from({ length: 12 }, (_each, index) => ({
      name: `line ${index}`,
      points: [
        [0, index],
        [1, 5],
      ] as Points,
    })),
  ),
  'a band wider than its line': lines([
    {
      name: 'ours',
      points: [
        [1, 5],
        [2, 6],
      ],
      spread: [
        [0, 1, 9],
        [1, -4, 40],
        [3, 2, 12],
      ],
    },
  ]),
  'a band that reaches zero on a log scale': lines(
    [
      {
        name: 'ours',
        points: [
          [1, 5],
          [2, 6],
        ],
        spread: [
          [1, 0, 9],
          [2, 2, 12],
        ],
      },
    ],
    { yScale: 'log' },
  ),
  bars: bars([
    { name: LONG, value: 1e9 },
    { name: 'zero', value: 0 },
    { name: 'below', value: -3e8, low: -4e8, high: -1e8 },
  ]),
  'bars beside a line': bars([{ name: 'ours', value: 0.1, low: 0, high: 4 }], {
    reference: { value: 3.9, name: LONG },
  }),
  'a bar of nothing': bars([{ name: 'none', value: 0 }]),
};

test.each(Object.entries(AWKWARD))('%s: a document, and nothing of it is outside its frame', (_name, svg) => {
  const elements = readSvg(svg);
  const [left, top, width, height] = elements[0]!.attributes.get('viewBox')!.split(' ').map(Number);
  expect([left, top]).toEqual([0, 0]);
  const outside = boxesOf(elements).filter(
    (box) => !(box.left >= 0 && box.top >= 0 && box.right <= width! && box.bottom <= height!),
  );
  expect(outside).toEqual([]);
  expect(elements[0]!.name).toBe('svg');
});

test.each(Object.entries(AWKWARD))('%s: no text lies on another', (_name, svg) => {
  const texts = boxesOf(readSvg(svg).filter(({ name }) => name === 'text'));
  const meet = (a: Box, b: Box): boolean =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const pairs = texts.flatMap((a, index) => texts.slice(0, index).map((b) => [a, b] as const));
  expect(pairs.filter(([a, b]) => meet(a, b)).map(([a, b]) => [a.what, b.what])).toEqual([]);
});

describe('a text', () => {
  const HOSTILE = `<script>alert("1")</script> & 'x' ]]> &amp; é 名`;

  test('of markup is shown, and is none', () => {
    const terms = { title: HOSTILE, xLabel: HOSTILE, yLabel: HOSTILE, width: 2000 };
    const svg = lines(
      [
        {
          name: HOSTILE,
          points: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
      terms,
    );
    expect(readSvg(svg).some(({ name }) => name === 'script')).toBe(false);
    expect(named(svg, 'title')[0]!.text).toBe(HOSTILE);
    expect(textsOf(svg).filter((text) => text === HOSTILE)).toHaveLength(3);
    expect(textsOf(bars([{ name: HOSTILE, value: 1 }], { width: 2000 }))).toContain(HOSTILE);
  });

  test('of what XML cannot say is shown without it', () => {
    expect(named(line([[1, 2]], { title: 'a\u0000b\ud800c\uffffd' }), 'title')[0]!.text).toBe(
      'a\ufffdb\ufffdc\ufffdd',
    );
  });

  test('is said to who does not see the lines', () => {
    expect(
      named(
        line([
          [1, 2000],
          [2, 5000],
          [3, 1000],
        ]),
        'desc',
      )[0]!.text,
    ).toBe('calls, by tabs. ours: from 2,000 to 1,000, at most 5,000.');
    expect(named(bars([{ name: 'ours', value: 1.5, low: 1, high: 2 }]), 'desc')[0]!.text).toBe(
      'ratio. ours: 1.50 (1.00 to 2.00).',
    );
  });
});

describe('what cannot be drawn', () => {
  test.each([
    ['no series', () => lines([]), 'empty'],
    [
      'a series without points',
      () =>
        lines([
          { name: 'ours', points: [[1, 1]] },
          { name: 'theirs', points: [] },
        ]),
      'empty',
    ],
    [
      'nothing above zero on a log scale',
      () =>
        line(
          [
            [1, 0],
            [2, -1],
          ],
          { yScale: 'log' },
        ),
      'empty',
    ],
    ['no bars', () => bars([]), 'empty'],
    ['a point that is no number', () => line([[1, NaN]]), 'not-a-number'],
    [
      'an endless band',
      () => lines([{ name: 'ours', points: [[1, 1]], spread: [[1, 0, Infinity]] }]),
      'not-a-number',
    ],
    ['a bar that is no number', () => bars([{ name: 'ours', value: NaN }]), 'not-a-number'],
  ])('%s is a typed error', (_name, draw, code) => {
    expect(draw).toThrow(PlotError);
    expect(draw).toThrow(expect.objectContaining({ code }) as Error);
  });
});

test('the same input gives the same text', () => {
  const draw = (): string =>
    lines([
      {
        name: 'ours',
        points: [
          [1, 2],
          [3, 4],
        ],
      },
    ]) + bars([{ name: 'x', value: 1 }]);
  expect(draw()).toBe(draw());
});

describe('light and dark', () => {
  const [light = '', dark = ''] = named(line([[1, 2]]), 'style')[0]!.text.split(
    '@media (prefers-color-scheme:dark)',
  );
  const colours = (style: string, pattern: RegExp): string[] =>
    [...style.matchAll(pattern)].map(([, colour = '']) => colour);

  test.each([
    ['light', light, '#ffffff'],
    ['dark', dark, '#0d1117'],
  ])('every text and line has contrast on a %s page', (_theme, style, page) => {
    const texts = colours(style, /(?:fill|color):(#[0-9a-f]{6})/g);
    expect(texts).toHaveLength(8);
    for (const text of texts) expect(contrast(text, page)).toBeGreaterThanOrEqual(4.5);
  });

  test('no text is smaller than 12 pixels, and nothing is painted behind it all', () => {
    const sizes = colours(light, /(?:font|font-size):(\d+)px/g).map(Number);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(12);
    expect(named(line([[1, 2]]), 'rect')).toEqual([]);
  });
});

/** By WCAG 2. */
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

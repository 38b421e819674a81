import { describe, expect, test } from 'vitest';
import { bars, named, textsOf } from './draw.js';
import { boxesOf } from './read-svg.js';

describe('a bar', () => {
  test('is as long as its value, from zero on', () => {
    const svg = bars([
      { name: 'one', value: 1 },
      { name: 'four', value: 4 },
      { name: 'less', value: -2 },
    ]);
    const [one, four, less] = boxesOf(named(svg, 'rect'));
    expect((four!.right - four!.left) / (one!.right - one!.left)).toBeCloseTo(4, 1);
    expect(less!.right).toBeCloseTo(one!.left, 1);
  });

  test('is not cut off below, however alike they are', () => {
    const svg = bars([
      { name: 'ten', value: 10 },
      { name: 'eleven', value: 11 },
    ]);
    const [ten, eleven] = boxesOf(named(svg, 'rect'));
    expect((eleven!.right - eleven!.left) / (ten!.right - ten!.left)).toBeCloseTo(1.1, 2);
    expect(textsOf(svg)).toContain('0');
  });

  test('that is small has digits that show it', () => {
    const svg = bars([
      { name: 'large', value: 100.5 },
      { name: 'small', value: 0.02 },
    ]);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['100.500', '0.020']));
  });

  test('has its value beside it, with as many digits as the others, and its spread across its end', () => {
    const svg = bars([
      { name: 'ours', value: 2.4, low: 2, high: 3 },
      { name: 'theirs', value: 0.68 },
    ]);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['2.40 (2.00 to 3.00)', '0.68']));
    const [whisker] = boxesOf(named(svg, 'path', 'whisker'));
    const [bar] = boxesOf(named(svg, 'rect'));
    expect(whisker!.left).toBeLessThan(bar!.right);
    expect(whisker!.right).toBeGreaterThan(bar!.right);
  });

  test('is compared with a line at the reference', () => {
    const svg = bars([{ name: 'ours', value: 2 }], { reference: { value: 2, name: 'the limit' } });
    const [reference] = boxesOf(named(svg, 'line', 'reference'));
    expect(reference!.left).toBeCloseTo(boxesOf(named(svg, 'rect'))[0]!.right, 1);
    expect(textsOf(svg)).toContain('the limit');
  });

  test('steps back where another is emphasised', () => {
    const svg = bars([
      { name: 'ours', value: 2, isEmphasised: true },
      { name: 'theirs', value: 2 },
    ]);
    const classes = named(svg, 'rect').map(({ attributes }) => attributes.get('class'));
    expect(new Set(classes).size).toBe(2);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMatcher } from '../../src/core/match.js';
import { DEFAULTS } from '../../src/core/options.js';
import { runs } from './support/amount.js';
import { cpuTimer } from './support/cpu-time.js';
import { isUnder, readings } from './support/readings.js';

const ORIGIN = 'https://app.example';
const INCLUDE = ['/api/', '/x/y'];
const EXCLUDE = ['/api/public', '/x/y/z'];

const start = fc.constantFrom(
  ...Array.from({ length: 20 }, () => ORIGIN),
  'https://app.example:443',
  'https://APP.EXAMPLE',
  'https://user:secret@app.example',
  'https://app。example',
  'https:',
  'https:\\\\app.example',
  '',
  '/',
  '\\\\',
  '//evil.example',
  'https://evil.example',
  'https://app.example@evil.example',
  'https://app.example:8443',
  'https://app.example.',
  'https://app.example%2eevil.example',
  'https://xn--pp-xka.example',
  'https://аpp.example',
  'http://app.example',
  'blob:https://app.example',
  'filesystem:https://app.example',
  'data:text/plain,',
  'javascript:',
);

const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('/api', '/public', '/x', '/y', '/z', '/me', '/api/public', '/x/y'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '/',
      '\\',
      '/.',
      '/..',
      '//',
      'api',
      'public',
      ';a=b',
      ' ',
      '\t',
      '\n',
      '?',
      '#',
      '%',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '%2f',
      '%5c',
      '%2e%2e',
      '/%2e%2e',
      '/..%2f',
      '%252f',
      '/%252e%252e',
      '%25252f',
      '%70',
      '/%70ublic',
      '/%2570ublic',
      '/%61pi',
      '%3f',
      '%23',
      '%3b',
      '%00',
      '%ff',
      '%c3%a9',
      '%E0%80%AF',
      '%u002f',
      '%',
      '%2',
      '25',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('/API', '/apix', '/publicity', 'é', '😀', '/\u0430pi', '․․', '／'),
  },
);

const url = fc
  .tuple(start, fc.constantFrom('/api', '/api', '/x/y', ''), fc.array(piece, { maxLength: 8, size: 'max' }))
  .map(([from, folder, pieces]) => from + folder + pieces.join(''))
  .filter((text) => URL.canParse(text, ORIGIN));

const ruleOf = createMatcher({ ...DEFAULTS, include: INCLUDE, exclude: EXCLUDE }, ORIGIN);

function isCovered(text: string): boolean {
  const { href } = new URL(text, ORIGIN);
  return ruleOf({ url: href, method: 'GET', mode: 'cors', destination: '', referrer: '' }) !== undefined;
}

test('of hostile URLs none gets a token at another origin, outside every include, or where any reading is excluded', () => {
  const counts = { all: 0, covered: 0, excluded: 0 };
  const check = (text: string): void => {
    const { protocol, host, pathname } = new URL(text, ORIGIN);
    const isOwn = protocol === 'https:' && host === 'app.example';
    const isIncluded = INCLUDE.some((path) => isUnder(path, pathname));
    const excludedReading = [...readings(pathname)].find((path) =>
      EXCLUDE.some((each) => isUnder(each, path)),
    );
    const covered = isCovered(text);
    counts.all++;
    counts.covered += Number(covered);
    counts.excluded += Number(isOwn && isIncluded && excludedReading !== undefined);
    if (covered) expect([isOwn, isIncluded, excludedReading]).toEqual([true, true, undefined]);
    // Node 20's parser leaves the dot segment in `/.25/..`.
    const isPlain = isOwn && !/[%;]|\/\/|\/\.\.?(\/|$)/.test(pathname);
    if (isPlain) expect(covered).toBe(isIncluded && excludedReading === undefined);
  };
  fc.assert(fc.property(url, check), runs('URLs', 20_000));
  console.log(
    `URLs: ${counts.all}, of which ${counts.covered} are covered and ${counts.excluded} excluded by a reading`,
  );
  expect(counts.covered / counts.all).toBeGreaterThan(0.1);
  expect(counts.excluded / counts.all).toBeGreaterThan(0.02);
});

test('a URL of a megabyte is judged within a second, whatever is in it', () => {
  const long = fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.array(piece, { maxLength: 3 }))
    .map(([repeated, last]) => {
      const text = repeated.join('');
      return `${ORIGIN}/api/%${text.repeat(1_048_576 / text.length)}${last.join('')}`;
    });
  const check = (text: string): void => {
    const elapsedMs = cpuTimer();
    isCovered(text);
    expect(elapsedMs()).toBeLessThan(1000);
  };
  fc.assert(fc.property(long, check), runs('long URLs', 25));
});

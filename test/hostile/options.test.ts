import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTokenInjectorError } from '../../src/core/errors.js';
import { createMatcher } from '../../src/core/match.js';
import { decodeOptions, DEFAULTS, encodeOptions } from '../../src/core/options.js';
import { resolveWorkerOptions } from '../../src/core/validate-options.js';
import { resolvePageOptions, type TokenInjectorOptions } from '../../src/page/options.js';
import { runs } from './support/amount.js';
import { anyValue, PLANTED } from './support/hostile-value.js';
import { mutated } from './support/mutated.js';

const BASE = 'https://app.example/app/';

const rule = mutated(
  fc.record({
    path: fc.constantFrom('/api/', '/a b', '/é'),
    methods: fc.constantFrom(undefined, ['GET'], ['post', 'PUT']),
    destinations: fc.constantFrom(undefined, ['script']),
    navigations: fc.constantFrom(undefined, true),
    minValiditySeconds: fc.constantFrom(undefined, 60),
    retry: fc.constantFrom(undefined, false),
  }),
  anyValue,
);

const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('/api/', '/', '/a/b', '/%61pi', '/x%2fy') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'api', '//evil.example', '/a/../b', '/a?b', '/a*', '/\\evil.example'),
  },
  { weight: 1, arbitrary: anyValue },
);

const options = fc.record({
  include: fc.array(fc.oneof(path, rule), { maxLength: 3 }),
  exclude: fc.array(path, { maxLength: 2 }),
  scheme: fc.constantFrom('Bearer', 'JWT', ''),
  header: fc.constantFrom('Authorization', 'X-Token'),
  minValiditySeconds: fc.constantFrom(0, 30, -0),
  refreshWindow: fc.constantFrom(0, 0.2, 1),
  getTokenTimeoutSeconds: fc.constantFrom(0.1, 10, 120),
  retryStatus: fc.constantFrom([], [401], [401, 403]),
  tokenResponseHeader: fc.constantFrom(undefined, 'X-acpt'),
  storage: fc.constantFrom('indexeddb', 'memory'),
  onUnavailable: fc.constantFrom('send', 'fail'),
});

const pageOptions = fc.record({
  getToken: fc.constantFrom<unknown[]>(
    () => 'x',
    () => 'x',
    PLANTED,
    { token: PLANTED },
    [PLANTED],
    undefined,
  ),
  identity: fc.constantFrom(undefined, 'ann'),
  workerUrl: fc.constantFrom<unknown[]>(
    undefined,
    '/w.js',
    new URL(BASE),
    'https://evil.example/w.js',
    'data:,',
    '//',
  ),
  scope: fc.constantFrom(undefined, '/app/'),
  inPage: fc.constantFrom(undefined, 'fallback', 'always', 'never'),
  exclude: fc.array(path, { maxLength: 1 }),
});

/** The error of what ought to be one, which has to be typed and to name an option. */
function errorOf(run: () => void, names: readonly string[]): Error | undefined {
  try {
    run();
  } catch (error) {
    if (!isTokenInjectorError(error)) throw error;
    expect(error.code).toBe('invalid-options');
    expect(names).toContain(/^Option (\w+) is /.exec(error.message)?.[1]);
    return error;
  }
  return undefined;
}

test('hostile options of a worker are resolved to ones that it can start with, or refused by name, and no message repeats a token', () => {
  const counts = { all: 0, resolved: 0 };
  const check = (given: unknown): void => {
    counts.all++;
    const error = errorOf(
      () => {
        const resolved = resolveWorkerOptions(given);
        counts.resolved++;
        const inWorker = decodeOptions(encodeOptions(resolved));
        expect(JSON.stringify(inWorker)).toHaveLength(JSON.stringify(resolved).length);
        const ruleOf = createMatcher(inWorker, 'https://app.example');
        ruleOf({ url: `${BASE}x`, method: 'GET', mode: 'cors', destination: '', referrer: '' });
        new Headers({ [inWorker.header]: `${inWorker.scheme} token`.trim() });
      },
      Object.keys({ ...DEFAULTS, tokenResponseHeader: '' }),
    );
    expect(String(error)).not.toContain(PLANTED.slice(0, 12));
  };
  fc.assert(fc.property(mutated(options, anyValue), check), runs("a worker's options", 8000));
  console.log(`a worker's options: ${counts.all}, of which ${counts.resolved} are resolved`);
  expect(counts.resolved / counts.all).toBeGreaterThan(0.1);
  expect(counts.resolved / counts.all).toBeLessThan(0.9);
});

test('hostile options of a page are resolved or refused by name, and no message repeats a token', () => {
  const counts = { all: 0, resolved: 0 };
  const names = [
    ...Object.keys(DEFAULTS),
    'tokenResponseHeader',
    'getToken',
    'identity',
    'workerUrl',
    'scope',
    'inPage',
  ];
  const check = (given: unknown): void => {
    counts.all++;
    const error = errorOf(() => {
      const resolved = resolvePageOptions(given as TokenInjectorOptions, BASE);
      counts.resolved++;
      expect(resolved.getToken).toBeTypeOf('function');
      expect(resolved.workerUrl.origin).toBe('https://app.example');
    }, names);
    expect(String(error)).not.toContain(PLANTED.slice(0, 12));
  };
  fc.assert(fc.property(mutated(pageOptions, anyValue), check), runs("a page's options", 8000));
  console.log(`a page's options: ${counts.all}, of which ${counts.resolved} are resolved`);
  expect(counts.resolved / counts.all).toBeGreaterThan(0.05);
  expect(counts.resolved / counts.all).toBeLessThan(0.9);
});

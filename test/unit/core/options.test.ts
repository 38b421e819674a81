import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeOptions, DEFAULTS, encodeOptions, type WorkerOptions } from '../../../src/core/options.js';
import { resolveWorkerOptions } from '../../../src/core/validate-options.js';

const path = fc
  .array(fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...'aé/ %&=+"-') }), { maxLength: 3 })
  .map((segments) => `/${segments.map((segment) => segment.replaceAll('/', '')).join('')}`)
  .filter((text) => !text.endsWith(' '));

const options: fc.Arbitrary<Partial<WorkerOptions>> = fc.record(
  {
    include: fc.array(
      fc.oneof(
        path,
        fc.record(
          { path, methods: fc.constant(['GET']), navigations: fc.boolean(), retry: fc.boolean() },
          { requiredKeys: ['path'] },
        ),
      ),
      { maxLength: 3 },
    ),
    exclude: fc.array(path, { maxLength: 2 }),
    scheme: fc.constantFrom('Bearer', 'JWT', ''),
    header: fc.constantFrom('Authorization', 'X-Auth'),
    minValiditySeconds: fc.nat(300),
    refreshWindow: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
    getTokenTimeoutSeconds: fc.integer({ min: 1, max: 120 }),
    retryStatus: fc.subarray([401, 403, 419]),
    tokenResponseHeader: fc.constantFrom('X-acpt', 'X-Token'),
    storage: fc.constantFrom('indexeddb' as const, 'memory' as const),
    onUnavailable: fc.constantFrom('send' as const, 'fail' as const),
  },
  { requiredKeys: [] },
);

describe("options in the worker's URL", () => {
  test('the worker reads the options that the page gave', () => {
    fc.assert(
      fc.property(options, (given) => {
        const resolved = resolveWorkerOptions(given);
        const url = new URL('https://app.example/bearer-worker.js');
        url.searchParams.set('options', encodeOptions(resolved));
        expect(decodeOptions(new URL(url.href).searchParams.get('options'))).toEqual(resolved);
      }),
    );
  });

  test('the defaults need no parameter', () => {
    expect(encodeOptions(resolveWorkerOptions({}))).toBe('');
    expect(encodeOptions(resolveWorkerOptions({ include: ['/api/'], retryStatus: [401] }))).toBe('');
    expect(decodeOptions(null)).toEqual(DEFAULTS);
    expect(decodeOptions('')).toEqual(DEFAULTS);
  });

  test('equal options in another order make the same URL', () => {
    const given = { scheme: 'JWT', include: ['/x'], storage: 'memory' };
    const one = encodeOptions(resolveWorkerOptions(given));
    const reversed = Object.fromEntries(Object.entries(given).reverse());
    const other = encodeOptions(resolveWorkerOptions(reversed));
    expect(other).toBe(one);
    expect(one).toBe('{"include":["/x"],"scheme":"JWT","storage":"memory"}');
  });

  test('what differs is in it, and nothing else', () => {
    expect(encodeOptions({ ...DEFAULTS, tokenResponseHeader: 'X-acpt' })).toBe(
      '{"tokenResponseHeader":"X-acpt"}',
    );
  });
});

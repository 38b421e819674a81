import { expect, test } from 'vitest';
import { BYPASS_HASH, PROBE_HASH } from '../../../src/core/bypass.js';
import { createMatcher } from '../../../src/core/match.js';
import { DEFAULTS, OPTIONS_PARAMETER } from '../../../src/core/options.js';
import { toReason } from '../../../src/core/protocol.js';

test('the defaults are the documented ones', () => {
  expect(DEFAULTS).toEqual({
    include: ['/api/'],
    exclude: [],
    scheme: 'Bearer',
    header: 'Authorization',
    minValiditySeconds: 30,
    refreshWindow: 0.2,
    getTokenTimeoutSeconds: 10,
    retryStatus: [401],
    storage: 'indexeddb',
    onUnavailable: 'send',
  });
});

test('page and worker of different versions have one name for the options, and one for what passes the worker', () => {
  expect(OPTIONS_PARAMETER).toBe('options');
  expect(BYPASS_HASH).toBe('#bearer-worker-bypass');
  expect(PROBE_HASH).toBe('#bearer-worker-probe#bearer-worker-bypass');
});

test.each(['initial', 'expiring', 'expired', 'rejected', 'forced'])(
  'another core’s reason "%s" is told as it is',
  (reason) => {
    expect(toReason(reason)).toBe(reason);
  },
);

test.each([undefined, 'because', 5])('and %s, which is none, as the first', (reason) => {
  expect(toReason(reason)).toBe('initial');
});

test('a path may be included with more than one slash at its end', () => {
  const matcher = createMatcher({ ...DEFAULTS, include: ['/files//'] }, 'https://app.example');
  const request = { method: 'GET', mode: 'cors', destination: '', referrer: '' };
  expect(matcher({ ...request, url: 'https://app.example/files/a' })).toEqual({ path: '/files//' });
});

import { describe, expect, test } from 'vitest';
import { expectedOption } from '../../../src/core/expected-option.js';
import { resolveWorkerOptions } from '../../../src/core/validate-options.js';

function messageFor(options: object): string {
  try {
    resolveWorkerOptions(options);
  } catch (error) {
    return expectedOption((error as Error).message);
  }
  return 'taken';
}

test.each([
  ...['Connection-Id', 'DNT-Reason', 'Expected', 'Hostname', 'Keep-Alive-Id', 'Originator', 'Ranges'],
  ...['Referer-Token', 'Trailers', 'Upgraded', 'Via-Token'],
])('a header that only begins as a forbidden one is allowed: %s', (header) => {
  expect(resolveWorkerOptions({ header }).header).toBe(header);
});

test.each([
  ['a destination that is not in small letters', { include: [{ path: '/a', destinations: ['Script'] }] }],
  ['a destination with more than letters', { include: [{ path: '/a', destinations: ['script, style'] }] }],
  ['more in front of a storage', { storage: 'in memory' }],
  ['more behind a storage', { storage: 'memory-only' }],
  ['more in front of what is done', { onUnavailable: 'resend' }],
  ['more behind what is done', { onUnavailable: 'fail-safe' }],
])('%s is refused', (_what, options) => {
  expect(messageFor(options)).toMatch(/^Option \w+ is .+; it must be /);
});

describe('what is shown of a bad value', () => {
  const shown = (value: unknown): string => messageFor({ scheme: value }).split('; ')[0]!;

  test('a text of 40 letters, and of a longer one that it is long', () => {
    expect(shown(` ${'x'.repeat(39)}`)).toBe(`Option scheme is " ${'x'.repeat(39)}"`);
    expect(shown(` ${'x'.repeat(40)}`)).toBe('Option scheme is a long text');
  });

  test('of much that is short, the beginning', () => {
    expect(shown(Array(50).fill(7))).toBe(`Option scheme is [${'7,'.repeat(29)}7`);
  });
});

describe('what is said of the option', () => {
  test.each([
    ['scheme', 'an HTTP authentication scheme, or "".'],
    ['header', 'a header name that pages may set.'],
  ])('%s: %s', (name, expected) => {
    expect(messageFor({ [name]: ' ' })).toBe(`Option ${name} is " "; it must be ${expected}`);
  });

  test.each([
    ['getToken', 'a function, such as () => AP.context.getToken()'],
    ['identity', 'a string that is not empty'],
    ['scope', 'a path'],
    ['inPage', '"fallback", "always" or "never"'],
    ['workerUrl', 'the URL of a script on this origin'],
  ])('%s, which is the page’s own: %s', (name, expected) => {
    expect(expectedOption(`Option ${name} is 5`)).toBe(`Option ${name} is 5; it must be ${expected}.`);
  });

  test('one that nothing is known of must be another', () => {
    expect(expectedOption('Option unheard is 5')).toBe('Option unheard is 5; it must be another.');
  });
});

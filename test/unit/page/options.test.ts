import { describe, expect, test } from 'vitest';
import { isTokenInjectorError, TokenInjectorError } from '../../../src/core/errors.js';
import { expectedOption } from '../../../src/core/expected-option.js';
import { DEFAULTS } from '../../../src/core/options.js';
import { resolvePageOptions, type TokenInjectorOptions } from '../../../src/page/options.js';
import { jwt, secretsOf } from '../support/jwt.js';

const BASE = 'https://app.example/app/index.html';
const getToken = (): string => 'abc';

function resolve(given: object | null | undefined): ReturnType<typeof resolvePageOptions> {
  return resolvePageOptions(given as TokenInjectorOptions, BASE);
}

/** As pages and workers throw it. */
function explained({ code, message }: TokenInjectorError): TokenInjectorError {
  return new TokenInjectorError(code, expectedOption(message));
}

function errorOf(given: object | null | undefined): TokenInjectorError {
  try {
    resolve(given);
  } catch (error) {
    if (isTokenInjectorError(error)) return explained(error);
    throw error;
  }
  throw new Error('These options were taken.');
}

test('getToken alone is enough', () => {
  expect(resolve({ getToken })).toEqual({
    getToken,
    identity: undefined,
    workerUrl: new URL('https://app.example/bearer-worker.js'),
    scope: undefined,
    inPage: 'fallback',
    worker: DEFAULTS,
  });
});

test("the worker's options are told apart from the page's own", () => {
  const { worker, identity } = resolve({ getToken, identity: 'tenant-1', scheme: 'JWT', inPage: 'never' });
  expect(worker).toEqual({ ...DEFAULTS, scheme: 'JWT' });
  expect(identity).toBe('tenant-1');
});

describe("the worker's URL", () => {
  test.each([
    ['a path', '/sw.js', 'https://app.example/sw.js'],
    ['a path from the page', 'sw.js', 'https://app.example/app/sw.js'],
    ['a URL', new URL('https://app.example/x/sw.js?v=1'), 'https://app.example/x/sw.js?v=1'],
    [
      'an object with a text, as Trusted Types make',
      { toString: (): string => '/sw.js' },
      'https://app.example/sw.js',
    ],
  ])('may be %s', (_what, workerUrl, expected) => {
    expect(resolve({ getToken, workerUrl }).workerUrl.href).toBe(expected);
  });
});

describe('a bad option is refused: the message names it, what it got and what it must be', () => {
  test.each([
    ['getToken', {}, 'undefined', 'a function'],
    ['getToken', undefined, 'undefined', 'a function'],
    ['getToken', null, 'undefined', 'a function'],
    ['getToken', { getToken: 5 }, 'number', 'a function'],
    ['identity', { getToken, identity: '' }, '""', 'a string that is not empty'],
    ['identity', { getToken, identity: 5 }, '5', 'a string that is not empty'],
    ['scope', { getToken, scope: 5 }, '5', 'a path'],
    ['scope', { getToken, scope: '' }, '""', 'a path'],
    ['inPage', { getToken, inPage: ['always'] }, '["always"]', '"fallback", "always" or "never"'],
    ['inPage', { getToken, inPage: 'sometimes' }, '"sometimes"', '"fallback", "always" or "never"'],
    [
      'workerUrl',
      { getToken, workerUrl: 'https://cdn.example/sw.js' },
      'cdn.example',
      'a script on this origin',
    ],
    [
      'workerUrl',
      { getToken, workerUrl: 'http://app.example/sw.js' },
      'http://app',
      'a script on this origin',
    ],
    ['workerUrl', { getToken, workerUrl: 'https://' }, '"https://"', 'a script on this origin'],
    ['workerUrl', { getToken, workerUrl: 'data:text/javascript,1' }, 'data:', 'a script on this origin'],
    ['workerUrl', { getToken, workerUrl: Object.create(null) as object }, '{}', 'a script on this origin'],
    ['include', { getToken, include: 'api' }, '"api"', 'an array of paths'],
  ])('%s: %j', (name, given, shown, expected) => {
    const { code, message } = errorOf(given);
    expect(code).toBe('invalid-options');
    expect(message).toContain(`Option ${name} is`);
    expect(message).toContain(shown);
    expect(message).toContain(expected);
  });

  test('a token given in place of a function is not repeated', () => {
    const token = jwt({ sub: 'ann' });
    const { message } = errorOf({ getToken: token });
    expect(message).toContain('a function');
    for (const secret of secretsOf(token)) expect(message).not.toContain(secret.slice(0, 8));
    expect(message).not.toContain(token.slice(0, 12));
  });

  test.each(['identity', 'scope', 'inPage', 'include'])('nor is one inside the value of %s', (name) => {
    const token = jwt({ sub: 'ann' });
    for (const value of [[token], { token }]) {
      const { message } = errorOf({ getToken, [name]: value });
      expect(message).toContain(`Option ${name} is`);
      expect(message).not.toContain(token.slice(0, 12));
    }
  });

  test.each(['getToken', 'identity', 'scope', 'inPage', 'workerUrl'])(
    'a getter of %s that throws: its error is the cause',
    (name) => {
      const given = Object.defineProperty({ getToken }, name, {
        get() {
          throw new Error('the app’s own');
        },
      });
      try {
        resolve(given);
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({
          code: 'invalid-options',
          message: `Option ${name} is undefined`,
          cause: { message: 'the app’s own' },
        });
      }
    },
  );
});

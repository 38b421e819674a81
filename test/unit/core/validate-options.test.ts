import { describe, expect, test } from 'vitest';
import { isTokenInjectorError, TokenInjectorError } from '../../../src/core/errors.js';
import { expectedOption } from '../../../src/core/expected-option.js';
import { DEFAULTS } from '../../../src/core/options.js';
import { isText, resolveWorkerOptions, take } from '../../../src/core/validate-options.js';
import { jwt } from '../support/jwt.js';

/** As pages and workers throw it. */
function explained({ code, message }: TokenInjectorError): TokenInjectorError {
  return new TokenInjectorError(code, expectedOption(message));
}

function errorOf(options: object): TokenInjectorError {
  try {
    resolveWorkerOptions(options);
  } catch (error) {
    if (isTokenInjectorError(error)) return explained(error);
    throw error;
  }
  throw new Error(`These options were taken: ${Object.keys(options).join()}`);
}

test('no options give the defaults, and no optional one', () => {
  expect(resolveWorkerOptions({})).toEqual(DEFAULTS);
  expect(resolveWorkerOptions({})).not.toHaveProperty('tokenResponseHeader');
});

test('undefined and null count as not given', () => {
  expect(resolveWorkerOptions({ scheme: undefined, header: null })).toEqual(DEFAULTS);
});

test('options that are not of the worker are left out', () => {
  expect(resolveWorkerOptions({ getToken: () => '', identity: 'x' })).toEqual(DEFAULTS);
});

test('an option of the page’s own, of which nothing is made, is taken as it was given', () => {
  expect(take({ identity: 'ann' }, 'identity', isText(/./))).toBe('ann');
});

describe('good values are taken as they are', () => {
  test.each([
    ['include', []],
    ['include', ['/']],
    ['include', ['/api/', '/a b/é', '/x%2fy', '/.well-known/x', '/a.b/..c']],
    ['include', [{ path: '/api' }]],
    [
      'include',
      [
        {
          path: '/api',
          methods: ['GET', 'post'],
          destinations: ['script', ''],
          navigations: true,
          minValiditySeconds: 0,
          retry: false,
        },
      ],
    ],
    ['exclude', ['/api/public']],
    ['scheme', ''],
    ['scheme', 'JWT'],
    ['header', 'X-Auth_Token'],
    ['minValiditySeconds', 0],
    ['minValiditySeconds', 0.5],
    ['refreshWindow', 0],
    ['refreshWindow', 1],
    ['getTokenTimeoutSeconds', 0.1],
    ['getTokenTimeoutSeconds', 120],
    ['retryStatus', []],
    ['retryStatus', [401, 403, 498]],
    ['tokenResponseHeader', 'X-acpt'],
    ['storage', 'memory'],
    ['onUnavailable', 'fail'],
  ])('%s: %j', (name, value) => {
    expect(resolveWorkerOptions({ [name]: value })).toEqual({ ...DEFAULTS, [name]: value });
  });
});

describe('a header that a browser drops without a word, or that breaks the request, is refused', () => {
  test.each([
    ...[
      'Accept-Charset',
      'Accept-Encoding',
      'Access-Control-Request-Headers',
      'Connection',
      'Content-Length',
    ],
    ...[
      'Cookie',
      'Cookie2',
      'Date',
      'DNT',
      'Expect',
      'Host',
      'Keep-Alive',
      'Origin',
      'Referer',
      'Set-Cookie',
    ],
    ...['TE', 'Trailer', 'Transfer-Encoding', 'Upgrade', 'Via', 'Sec-Fetch-Site', 'Proxy-Authorization'],
    ...['Range', 'Content-Type', 'cookie', 'HOST', 'sec-x'],
  ])('%s', (header) => {
    const { code, message } = errorOf({ header });
    expect(code).toBe('invalid-options');
    expect(message).toContain(`Option header is "${header}"`);
  });

  test.each(['Authorization', 'authorization', 'X-Cookie', 'X-Host', 'X-Sec-Token', 'Token', 'Dates', 'Tea'])(
    '%s is none of them',
    (header) => {
      expect(resolveWorkerOptions({ header }).header).toBe(header);
    },
  );
});

describe('a bad value is refused: the message names the option, what it got and what it must be', () => {
  test.each([
    ['include', '/api/', '"/api/"', 'an array of paths'],
    ['include', ['api'], '["api"]', 'an array of paths'],
    ['include', [''], '[""]', 'an array of paths'],
    ['include', ['//evil.example'], '["//evil.example"]', 'an array of paths'],
    ['include', ['https://app.example/api'], 'https://app.example/api', 'an array of paths'],
    ['include', ['/api/*'], '["/api/*"]', 'wildcards'],
    ['include', ['/api?x'], '["/api?x"]', 'an array of paths'],
    ['include', ['/api#x'], '["/api#x"]', 'an array of paths'],
    ['include', ['/api/../x'], '["/api/../x"]', 'an array of paths'],
    ['include', ['/api/.'], '["/api/."]', 'an array of paths'],
    ['include', ['/api/%2e%2E/'], '["/api/%2e%2E/"]', 'an array of paths'],
    ['include', ['/api/.%2e'], '["/api/.%2e"]', 'an array of paths'],
    ['include', ['/\n/'], '["/\\n/"]', 'an array of paths'],
    ['include', ['/\t/evil.example'], '["/\\t/evil.example"]', 'an array of paths'],
    ['include', ['/api\n/../'], '["/api\\n/../"]', 'an array of paths'],
    ['include', ['/api\u2028/../'], '/../"]', 'an array of paths'],
    ['include', ['/ '], '["/ "]', 'an array of paths'],
    ['include', ['/api/.. '], '["/api/.. "]', 'an array of paths'],
    ['include', new Array(1), '[null]', 'an array of paths'],
    ['include', ['/api\\x'], '["/api', 'an array of paths'],
    ['include', [null], '[null]', 'or of rules'],
    ['include', [5], '[5]', 'or of rules'],
    ['include', [{}], '[{}]', 'or of rules'],
    ['include', [{ path: 5 }], '[{"path":5}]', 'or of rules'],
    ['include', [{ path: '/a', method: ['GET'] }], '"method"', 'methods'],
    ['include', [{ path: '/a', methods: 'GET' }], '"methods":"GET"', 'methods'],
    ['include', [{ path: '/a', methods: ['G T'] }], '"G T"', 'methods'],
    ['include', [{ path: '/a', destinations: [5] }], '[5]', 'destinations'],
    ['include', [{ path: '/a', navigations: 'yes' }], '"yes"', 'navigations'],
    ['include', [{ path: '/a', minValiditySeconds: -1 }], '-1', 'minValiditySeconds'],
    ['include', [{ path: '/a', retry: 0 }], '0', 'retry'],
    ['exclude', '/x', '"/x"', 'an array of paths'],
    ['exclude', [{ path: '/x' }], '{"path":"/x"}', 'an array of paths'],
    ['scheme', 'Bearer ', '"Bearer "', 'scheme'],
    ['scheme', 'a\r\nb', '"a', 'scheme'],
    ['scheme', 5, '5', 'scheme'],
    ['header', '', '""', 'header'],
    ['header', 'X Auth', '"X Auth"', 'header'],
    ['header', 'é', '"é"', 'header'],
    ['minValiditySeconds', '30', '"30"', 'a number of seconds'],
    ['minValiditySeconds', -1, '-1', 'a number of seconds'],
    ['refreshWindow', 1.1, '1.1', 'a fraction from 0 to 1'],
    ['refreshWindow', -0.1, '-0.1', 'a fraction from 0 to 1'],
    ['getTokenTimeoutSeconds', 0, '0', 'a number of seconds from 0.1 to 120'],
    ['getTokenTimeoutSeconds', 10_000, '10000', 'a number of seconds from 0.1 to 120'],
    ['retryStatus', 401, '401', 'an array of HTTP status codes'],
    ['retryStatus', [200], '[200]', 'an array of HTTP status codes'],
    ['retryStatus', ['401'], '["401"]', 'an array of HTTP status codes'],
    ['tokenResponseHeader', 'X acpt', '"X acpt"', 'header'],
    ['tokenResponseHeader', '', '""', 'header'],
    ['storage', 'localStorage', '"localStorage"', '"indexeddb" or "memory"'],
    ['onUnavailable', 'throw', '"throw"', '"send" or "fail"'],
    ['storage', () => 0, 'a function', '"indexeddb" or "memory"'],
    ['storage', Symbol('x'), 'Symbol(x)', '"indexeddb" or "memory"'],
  ])('%s: %j', (name, value, shown, expected) => {
    const { code, message } = errorOf({ [name]: value });
    expect(code).toBe('invalid-options');
    expect(message).toContain(`Option ${name} `);
    expect(message).toContain(shown);
    expect(message).toContain(expected);
  });

  test.each([
    ['NaN', NaN],
    ['Infinity', Infinity],
  ])('a number that JSON cannot say is named too: %s', (shown, value) => {
    expect(errorOf({ minValiditySeconds: value }).message).toContain(`Option minValiditySeconds is ${shown}`);
  });

  test.each([
    ['a BigInt', 10n],
    [
      'an object that holds itself',
      (() => {
        const self: Record<string, unknown> = {};
        return (self['self'] = self);
      })(),
    ],
  ])('so is a value that JSON refuses: %s', (_what, value) => {
    expect(errorOf({ minValiditySeconds: value }).code).toBe('invalid-options');
  });

  test.each(['constructor', 'toString', '__proto__'])(
    'a rule with a key that every object inherits is refused: %s',
    (key) => {
      const rule = JSON.parse(`{ "path": "/api", "${key}": 1 }`) as object;
      expect(errorOf({ include: [rule] }).code).toBe('invalid-options');
    },
  );

  test('a long value is shown in part', () => {
    const { message } = errorOf({ scheme: 'x '.repeat(500) });
    expect(message.length).toBeLessThan(200);
  });

  const token = jwt({ sub: 'ann' });
  test.each([
    ['in a list', [token]],
    ['as a key', { [token]: 1 }],
    ['deep down', [{ a: ['/', `"${token}"`] }]],
    ['boxed', [Object(token) as unknown]],
    ['with its scheme', `Bearer ${token}`],
    ['behind a short text with a quotation mark', ['"', 1, token]],
  ])('a token in it is not shown: %s', (_what, value) => {
    for (const name of ['include', 'exclude', 'header', 'retryStatus', 'storage']) {
      const { message } = errorOf({ [name]: value });
      expect(message).toContain(`Option ${name} is `);
      for (const part of token.split('.')) expect(message).not.toContain(part.slice(0, 8));
    }
  });
});

describe('a value that cannot be read is refused by its name', () => {
  const fails = (): never => {
    throw new Error('the app’s own');
  };
  test.each<[string, object]>([
    ['a getter that throws', Object.defineProperty({}, 'include', { get: fails })],
    ['a proxy that throws', { include: new Proxy([], { get: fails }) }],
    [
      'a rule with a getter that throws',
      { include: [Object.defineProperty({}, 'path', { get: fails, enumerable: true })] },
    ],
  ])('%s, whose error is the cause', (_what, given) => {
    try {
      resolveWorkerOptions(given);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: 'invalid-options',
        message: expect.stringContaining('Option include is ') as string,
        cause: { message: 'the app’s own' },
      });
    }
  });

  test.each<[string, unknown]>([
    ['a value whose toJSON gives nothing', { toJSON: () => undefined }],
    ['a symbol beside a BigInt', [Symbol('x'), 1n]],
    ['a BigInt in a value without a prototype', Object.assign(Object.create(null) as object, { big: 1n })],
  ])('%s', (_what, include) => {
    expect(errorOf({ include }).message).toMatch(/^Option include is unreadable; it must be an array/);
  });
});

test('what an app changes in its options later changes nothing', () => {
  const include = ['/api/'];
  const resolved = resolveWorkerOptions({ include });
  include.push('/x');
  expect(resolved.include).toEqual(['/api/']);
});

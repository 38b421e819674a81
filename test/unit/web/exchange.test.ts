import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TokenInjectorError } from '../../../src/core/errors.js';
import { DEFAULTS, type RouteRule, type WorkerOptions } from '../../../src/core/options.js';
import { createExchange } from '../../../src/web/exchange.js';

/*
 * What of an exchange does not depend on a browser's Request; how a header is attached is proven in browsers, since
 * Node's Request guards nothing.
 */

let sent: Request[];

beforeEach(() => {
  sent = [];
  vi.stubGlobal('fetch', (request: Request) => {
    sent.push(request);
    return Promise.resolve(new Response());
  });
});

afterEach(() => vi.unstubAllGlobals());

const covers = (url: string): boolean => url.includes('/api/');

const URL_OF = 'https://app.example/api/x';

function exchange(
  init: RequestInit = {},
  rule: Partial<RouteRule> = {},
  options: Partial<WorkerOptions> = {},
) {
  const request = new Request(URL_OF, init);
  return {
    request,
    ...createExchange(
      request,
      'p1',
      { path: '/api', ...rule },
      { ...DEFAULTS, ...options },
      covers,
      fetch,
      'reload',
    ),
  };
}

describe('a request is sent', () => {
  test.each([
    ['Bearer by default', {}, 'Authorization', 'Bearer abc'],
    ["'JWT'", { scheme: 'JWT' }, 'Authorization', 'JWT abc'],
    ['no scheme', { scheme: '' }, 'Authorization', 'abc'],
    ['another header', { header: 'X-Auth', scheme: '' }, 'X-Auth', 'abc'],
  ])('with its token: %s', async (_what, options, header, value) => {
    await exchange({}, {}, options).send('abc');
    expect(sent[0]!.headers.get(header)).toBe(value);
  });

  test.each([
    ['Authorization', 'cors'],
    ['authorization', 'cors'],
    ['X-Token', 'same-origin'],
    ['Proxy-Token', 'same-origin'],
  ])(
    'with %s it goes as %s: only of the first is it sure that no redirect takes it abroad',
    async (header, mode) => {
      const made = exchange({ method: 'POST', body: 'x' }, {}, { header });
      await made.send('abc');
      await made.resend!('def');
      expect(sent.map((each) => each.mode)).toEqual([mode, mode]);
      expect(await sent[1]!.text()).toBe('x');
    },
  );

  test('as the page made it where there is none', async () => {
    const made = exchange();
    const { request } = made;
    await made.send(undefined);
    expect(sent).toEqual([request]);
    expect(request.headers.has('Authorization')).toBe(false);
  });

  test('with the page’s abort, which the network heeds', async () => {
    const controller = new AbortController();
    const made = exchange({ signal: controller.signal });
    await made.send('abc');
    controller.abort();
    await made.send('abc');
    await made.resend!('abc');
    await made.send(undefined);
    expect(sent.map(({ signal }) => signal.aborted)).toEqual([true, true, true, true]);
  });

  test('again with the same body and another token', async () => {
    const made = exchange({ method: 'POST', body: '{"a":1}' });
    await made.send('abc');
    expect(await sent[0]!.text()).toBe('{"a":1}');
    await made.resend!('def');
    expect(await sent[1]!.text()).toBe('{"a":1}');
    expect(sent.map(({ headers }) => headers.get('Authorization'))).toEqual(['Bearer abc', 'Bearer def']);
  });
});

describe('whether it may wait, and be sent again', () => {
  test('both, unless something says otherwise', () => {
    expect(exchange()).toMatchObject({ mayWait: true, clientId: 'p1', url: URL_OF });
    expect(exchange().resend).toBeTypeOf('function');
    expect(exchange({}, { retry: true }).resend).toBeTypeOf('function');
  });

  test('not again where the rule says so', () => {
    expect(exchange({}, { retry: false })).toMatchObject({ mayWait: true, resend: undefined });
  });

  test('neither at unload', () => {
    expect(exchange({ keepalive: true })).toMatchObject({ mayWait: false, resend: undefined });
  });
});

describe('an answer of our own', () => {
  test('is a 401 problem that names the code and the scheme', async () => {
    const response = exchange({}, {}, { scheme: 'JWT' }).refuse(new TokenInjectorError('no-client', 'x'));
    expect(response.status).toBe(401);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(response.headers.get('WWW-Authenticate')).toBe('JWT');
    expect(await response.json()).toMatchObject({
      status: 401,
      code: 'no-client',
      title: expect.any(String) as string,
    });
  });

  test('names Bearer where there is no scheme, since a 401 must name one', () => {
    const response = exchange({}, {}, { scheme: '' }).refuse(new TokenInjectorError('no-client', 'x'));
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer');
  });
});

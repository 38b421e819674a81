import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  endpoint,
  type EndpointOptions,
  type TokenRequest,
  type TokenResult,
} from '../../../src/providers/index.js';
import { listen, type HttpServer } from '../support/http-server.js';
import { tokenRequest } from '../support/token-request.js';

let server: HttpServer;

beforeAll(async () => {
  server = await listen();
});

afterAll(() => server.close());

beforeEach(() => {
  server.requests.length = 0;
});

function answers(body: unknown, headers: Record<string, string> = {}, status = 200): void {
  server.respond = (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

async function get(options?: EndpointOptions, path = '/session/token?x=1'): Promise<TokenResult> {
  return (await endpoint(`${server.url}${path}`, options)(tokenRequest())) as TokenResult;
}

describe('the request', () => {
  test('is a GET without a body, which no cache answers', async () => {
    answers({ access_token: 'abc' });
    await get();
    expect(server.requests).toMatchObject([{ method: 'GET', url: '/session/token?x=1', body: '' }]);
    expect(server.requests[0]!.headers['cache-control']).toBe('no-cache');
  });

  test('is a POST of JSON, with headers, where the options say so', async () => {
    answers({ access_token: 'abc' });
    await get({ method: 'POST', body: { grant_type: 'refresh' }, headers: { 'X-CSRF': '1' } });
    expect(server.requests).toMatchObject([{ method: 'POST', body: '{"grant_type":"refresh"}' }]);
    expect(server.requests[0]!.headers).toMatchObject({ 'content-type': 'application/json', 'x-csrf': '1' });
  });

  test('may have a content type of its own', async () => {
    answers({ access_token: 'abc' });
    await get({ method: 'POST', body: {}, headers: { 'Content-Type': 'application/vnd.api+json' } });
    expect(server.requests[0]!.headers['content-type']).toBe('application/vnd.api+json');
  });

  test('is a POST where there is a body', async () => {
    answers({ access_token: 'abc' });
    await get({ body: { a: 1 } });
    expect(server.requests).toMatchObject([{ method: 'POST', body: '{"a":1}' }]);
  });

  test('is a form where the body is URLSearchParams, as OAuth wants it (RFC 6749, section 6)', async () => {
    answers({ access_token: 'abc', expires_in: 300, refresh_token: 'is not for us' });
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'a b&c' });
    const provider = endpoint(`${server.url}/oauth/token`, { body, headers: { 'X-CSRF': '1' } });
    expect(await provider(tokenRequest())).toEqual({ token: 'abc', expiresIn: 300 });
    await provider(tokenRequest());
    expect(server.requests).toMatchObject([
      { method: 'POST', body: 'grant_type=refresh_token&client_id=a+b%26c', headers: { 'x-csrf': '1' } },
      { method: 'POST', body: 'grant_type=refresh_token&client_id=a+b%26c' },
    ]);
    expect(server.requests[0]!.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
  });

  test('is made with the fetch that passes the worker, the signal and the credentials', async () => {
    const seen: RequestInit[] = [];
    const request = tokenRequest({
      fetch: (_url, init) => {
        seen.push(init!);
        return Promise.resolve(Response.json({ access_token: 'abc' }));
      },
    });
    await endpoint('/session/token', { credentials: 'include' })(request);
    await endpoint('/session/token')(request);
    expect(seen.map(({ credentials }) => credentials)).toEqual(['include', 'same-origin']);
    expect(seen[0]!.signal).toBe(request.signal);
  });

  test('ends with the signal', async () => {
    server.respond = () => undefined;
    const request = tokenRequest();
    const given = endpoint(server.url)(request);
    // Or else it would arrive in the next test.
    await expect.poll(() => server.requests).toHaveLength(1);
    request.abort(new Error('too late'));
    await expect(given).rejects.toThrow('too late');
  });
});

describe('the answer', () => {
  test.each([
    ['access_token', { access_token: 'abc', token: 'other' }, {}],
    ['token', { token: 'abc' }, {}],
    ['a field of another name', { jwt: 'abc', token: 'other' }, { field: 'jwt' }],
    ['a field further in', { data: { session: { id: 'abc' } } }, { field: 'data.session.id' }],
  ])('has the token in %s', async (_what, body, options) => {
    answers(body);
    expect(await get(options)).toEqual({ token: 'abc' });
  });

  test('has the token in a header', async () => {
    answers('', { 'X-Session-Token': 'abc' });
    expect(await get({ header: 'x-session-token' })).toEqual({ token: 'abc' });
  });

  test.each([
    ['expires_in', { expires_in: 900 }, { expiresIn: 900 }],
    ['expires_in as text', { expires_in: '900' }, { expiresIn: 900 }],
    ['expires_at', { expires_at: 1_800_000_000 }, { expiresAt: 1_800_000_000 }],
    ['neither', {}, {}],
    ['null', { expires_in: null, expires_at: null }, {}],
    ['an empty text', { expires_in: '', expires_at: '' }, {}],
    ['what is no number', { expires_in: 'soon', expires_at: '2026-01-01T00:00:00Z' }, {}],
  ])('tells the life of the token with %s', async (_what, more, expected) => {
    answers({ access_token: 'abc', ...more });
    expect(await get()).toEqual({ token: 'abc', ...expected });
  });
});

describe('an endpoint that redirects', () => {
  const redirected = (more: object): TokenRequest['fetch'] => {
    const response = Response.json({ access_token: 'planted' });
    for (const [name, value] of Object.entries({ redirected: true, ...more })) {
      Object.defineProperty(response, name, { value });
    }
    return () => Promise.resolve(response);
  };
  const call = async (more: object): Promise<unknown> =>
    endpoint('/session/token?x=1')(tokenRequest({ fetch: redirected(more) }));

  test('to another origin gives no token, and the error names the endpoint', async () => {
    const error = await call({ type: 'cors' }).catch((reason: unknown) => reason as Error);
    expect((error as Error).message).toBe('The token endpoint /session/token redirected to another origin.');
  });

  test('within the origin does', async () => {
    expect(await call({ type: 'basic' })).toEqual({ token: 'planted' });
  });

  test('on a real server of another origin gives no token, though that one answers with one', async () => {
    const abroad = await listen();
    abroad.respond = (response) => response.end('{"access_token":"planted"}');
    server.respond = (response) => response.writeHead(302, { Location: `${abroad.url}/evil` }).end();
    try {
      await expect(get()).rejects.toThrow('redirected to another origin');
    } finally {
      await abroad.close();
    }
  });

  test('not, and is of another origin than the page: its answer is taken', async () => {
    expect(await call({ type: 'cors', redirected: false })).toEqual({ token: 'planted' });
  });
});

describe('an answer that is none names the endpoint and what is wrong', () => {
  test.each([
    ['401', () => answers({}, {}, 401), {}, '/session/token answered 401.'],
    ['500', () => answers('<html>', {}, 500), {}, '/session/token answered 500.'],
    [
      'an error of OAuth',
      () => answers({ error: 'invalid_grant', error_description: 'abc' }, {}, 400),
      {},
      '/session/token answered 400 (invalid_grant).',
    ],
    ['an error that is no code', () => answers({ error: 'abc.def.1' }, {}, 400), {}, 'answered 400.'],
    ['a page', () => answers('<html>'), {}, 'without a string in "access_token" or "token"'],
    ['nothing', () => answers(''), {}, 'without a string in "access_token" or "token"'],
    ['null', () => answers('null'), {}, 'without a string in "access_token" or "token"'],
    ['a token that is no text', () => answers({ access_token: 5 }), {}, 'without a string in "access_token"'],
    [
      'another field',
      () => answers({ token: 'abc' }),
      { field: 'data.jwt' },
      'without a string in "data.jwt"',
    ],
    ['an inherited field', () => answers({}), { field: 'constructor.name' }, 'without a string in'],
    ['no such header', () => answers({ token: 'abc' }), { header: 'X-T' }, 'answered without the header X-T'],
  ])('%s', async (_what, prepare, options, message) => {
    prepare();
    const error = (await get(options).catch((reason: unknown) => reason)) as Error;
    expect(error.message).toContain(message);
    expect(error.message).toContain('/session/token');
    expect(error.message).not.toContain('abc');
    expect(error.message).not.toContain('x=1');
  });
});

test.each([400, 401, 503])('an answer of %i has its status in the error', async (status) => {
  answers({ error: 'invalid_grant' }, {}, status);
  await expect(get()).rejects.toMatchObject({ status });
});

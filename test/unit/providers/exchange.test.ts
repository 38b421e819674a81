import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  exchange,
  shopify,
  type ExchangeOptions,
  type TokenProvider,
  type TokenRequest,
} from '../../../src/providers/index.js';
import { listen, type HttpServer } from '../support/http-server.js';
import { jwt } from '../support/jwt.js';
import { tokenRequest } from '../support/token-request.js';

let server: HttpServer;
const asked: TokenRequest[] = [];

beforeAll(async () => {
  server = await listen();
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  asked.length = 0;
  server.respond = (response) => response.end('{"access_token":"own","expires_in":900}');
});

/** Gives the next of these at each call, and the last one ever after. */
function host(...tokens: string[]): TokenProvider {
  return (request) => {
    asked.push(request);
    return tokens[Math.min(asked.length, tokens.length) - 1]!;
  };
}

const swap = async (
  given: TokenProvider,
  options?: ExchangeOptions,
  request = tokenRequest(),
): Promise<unknown> => exchange(given, `${server.url}/session?x=1`, options)(request);

describe('the host’s token goes', () => {
  test('in the header Authorization, with an empty POST; the app’s own comes back', async () => {
    expect(await swap(host('hosts'))).toEqual({ token: 'own', expiresIn: 900 });
    expect(server.requests).toMatchObject([
      { method: 'POST', body: '', headers: { authorization: 'Bearer hosts' } },
    ]);
  });

  test.each([
    ['JWT', 'JWT hosts'],
    ['', 'hosts'],
  ])('behind the scheme "%s"', async (scheme, authorization) => {
    await swap(host('hosts'), { scheme });
    expect(server.requests[0]!.headers).toMatchObject({ authorization });
  });

  test('in JSON, where a body is made of it, and then in no header', async () => {
    await swap(host('hosts'), { body: (idToken) => ({ idToken }), headers: { 'X-CSRF': '1' } });
    expect(server.requests).toMatchObject([{ body: '{"idToken":"hosts"}', headers: { 'x-csrf': '1' } }]);
    expect(server.requests[0]!.headers.authorization).toBeUndefined();
  });

  test('in a form, as RFC 8693 wants it', async () => {
    const body = (token: string): URLSearchParams =>
      new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: token,
      });
    await swap(host('ho+sts'), { body });
    const [request] = server.requests;
    expect(request!.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect(new URLSearchParams(request!.body).get('subject_token')).toBe('ho+sts');
  });
});

test('the answer is read as that of an endpoint', async () => {
  server.respond = (response) => response.end('{"data":{"jwt":"own"},"expires_at":1800000000}');
  expect(await swap(host('hosts'), { field: 'data.jwt' })).toEqual({
    token: 'own',
    expiresAt: 1_800_000_000,
  });
});

test('the host is told why and for how long, and never the app’s own token', async () => {
  const request = tokenRequest({ reason: 'expiring', minValiditySeconds: 60, previousToken: 'own before' });
  await swap(host('hosts'), {}, request);
  expect(asked).toMatchObject([{ reason: 'expiring', minValiditySeconds: 60, signal: request.signal }]);
  expect(asked[0]).not.toHaveProperty('previousToken');
});

describe('an endpoint that refuses the host’s token (401)', () => {
  beforeEach(() => {
    server.respond = (response, { headers }) =>
      response
        .writeHead(headers.authorization === 'Bearer good' ? 200 : 401)
        .end(headers.authorization === 'Bearer good' ? '{"token":"own"}' : '{}');
  });

  test('gets another one of the host, which is told which one was refused', async () => {
    expect(await swap(host('stale', 'good'))).toEqual({ token: 'own' });
    expect(server.requests).toHaveLength(2);
    expect(asked[1]).toMatchObject({ reason: 'rejected', previousToken: 'stale' });
  });

  test('is not asked again with the same', async () => {
    await expect(swap(host('stale'))).rejects.toThrow('The token endpoint');
    expect([server.requests.length, asked.length]).toEqual([1, 2]);
  });

  test('refuses the second too: its answer is the outcome', async () => {
    await expect(swap(host('stale', 'staler', 'good'))).rejects.toMatchObject({ status: 401 });
    expect(server.requests).toHaveLength(2);
  });
});

test.each([403, 500])(
  'an endpoint that answers %i fails the exchange at once, with its status',
  async (status) => {
    server.respond = (response) => response.writeHead(status).end('{"error":"access_denied"}');
    const error = (await swap(host('aG9zdHM')).catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({ status });
    expect(error.message).toBe(
      `The token endpoint ${server.url}/session answered ${status} (access_denied).`,
    );
    expect([server.requests.length, asked.length]).toEqual([1, 1]);
  },
);

test('a host that fails fails the exchange, and nothing is sent', async () => {
  await expect(swap(() => Promise.reject(new Error('no host')))).rejects.toThrow('no host');
  await expect(swap(() => undefined as never)).rejects.toThrow(/whose token is to be exchanged gave none/);
  await expect(swap(() => ({ token: 7 }) as never)).rejects.toThrow(/gave none/);
  expect(server.requests).toEqual([]);
});

test('a host that answers when the time is over: nothing is sent any more', async () => {
  let resolve!: (token: string) => void;
  const promise = new Promise<string>((settle) => (resolve = settle));
  const request = tokenRequest();
  const given = swap(() => promise, {}, request);
  request.abort(new Error('too late'));
  await expect(given).rejects.toThrow('too late');
  resolve('hosts');
  await new Promise((later) => setTimeout(later, 20));
  expect(server.requests).toEqual([]);
});

test('an endpoint that never answers ends with the signal', async () => {
  const arrived = new Promise<void>((resolve) => (server.respond = () => resolve()));
  const request = tokenRequest();
  const given = swap(host('hosts'), {}, request);
  await arrived;
  request.abort(new Error('too late'));
  await expect(given).rejects.toThrow('too late');
});

describe('whose token it is', () => {
  const claims = { dest: 'https://shop.example', aud: 'app', sub: '42' };
  const given = shopify({ idToken: () => Promise.resolve(jwt(claims)) });

  test('the host says of an opaque one', async () => {
    expect(await swap(given)).toMatchObject({ token: 'own', identity: 'https://shop.example app 42' });
  });

  test('a JWT says itself', async () => {
    const own = jwt({ sub: 'user 7' });
    server.respond = (response) => response.end(JSON.stringify({ token: own }));
    expect(await swap(given)).toEqual({ token: own });
  });
});

test.each([301, 307, 308])(
  'an endpoint that redirects (%i) to another origin: nothing is sent there, and the error says what to do',
  async (status) => {
    const elsewhere = await listen();
    server.respond = (response) => {
      response.writeHead(status, { location: `${elsewhere.url}/taken` }).end();
    };
    const swapping = swap(host('hosts'), { body: (token) => ({ token }) });
    await expect(swapping).rejects.toThrow(
      'redirects, and a token is not sent on. Name the address that it leads to.',
    );
    expect(elsewhere.requests).toEqual([]);
    expect(asked).toHaveLength(1);
    await elsewhere.close();
  },
);

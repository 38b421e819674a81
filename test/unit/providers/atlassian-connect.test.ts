import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { atlassianConnect } from '../../../src/providers/index.js';
import { jwt } from '../support/jwt.js';
import { tokenRequest } from '../support/token-request.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const fresh = (): string => jwt({ iss: 'tenant', exp: nowSeconds() + 180 });
const expired = (): string => jwt({ iss: 'tenant', exp: nowSeconds() - 1 });

/** `AP` of a newer product: a promise, whatever is passed. */
function promising(give: (nth: number) => unknown): {
  context: { getToken(): Promise<unknown> };
  calls: number;
} {
  const api = { calls: 0, context: { getToken: () => Promise.resolve(give(++api.calls)) } };
  return api;
}

/** `AP` of an older product: nothing is returned, a callback is called. */
function callingBack(give: (nth: number) => unknown): {
  context: { getToken(callback?: (token: string) => void): void };
  callbacks: number;
} {
  const api = {
    callbacks: 0,
    context: {
      getToken(callback?: (token: string) => void): void {
        if (callback) callback(give(++api.callbacks) as string);
      },
    },
  };
  return api;
}

describe.each([
  ['a promise', promising],
  ['a callback', callingBack],
])('AP.context.getToken with %s', (_what, form) => {
  test('gives its token', async () => {
    const token = fresh();
    expect(await atlassianConnect(form(() => token))(tokenRequest())).toBe(token);
  });

  test('replays an expired token, then gives a fresh one: the fresh one', async () => {
    const [old, token] = [expired(), fresh()];
    const given = atlassianConnect(form((nth) => (nth === 1 ? old : token)))(tokenRequest());
    await vi.advanceTimersByTimeAsync(300);
    expect(await given).toBe(token);
  });

  test('gives nothing but expired tokens: the last one, for the core to judge by the server’s clock', async () => {
    const tokens: string[] = [];
    const given = atlassianConnect(form(() => (tokens.push(expired()), tokens.at(-1))))(tokenRequest());
    await vi.advanceTimersByTimeAsync(1000);
    expect(await given).toBe(tokens.at(-1));
    expect(tokens).toHaveLength(3);
  });

  test.each([
    ['undefined', undefined],
    ['an empty text', ''],
    ['an object', {}],
  ])('gives %s: only reloading the frame helps, and the error says so', async (_given, value) => {
    await expect(atlassianConnect(form(() => value))(tokenRequest())).rejects.toThrow(
      /until the frame is reloaded/,
    );
  });

  test('a token that does not say when it expires is given as it is', async () => {
    expect(await atlassianConnect(form(() => 'opaque'))(tokenRequest())).toBe('opaque');
    const token = jwt({ iss: 'tenant' });
    expect(await atlassianConnect(form(() => token))(tokenRequest())).toBe(token);
  });
});

test('the promise is enough: the host is not asked with a callback as well', async () => {
  const given: unknown[] = [];
  const api = {
    context: { getToken: (callback?: unknown) => (given.push(callback), Promise.resolve(fresh())) },
  };
  await atlassianConnect(api)(tokenRequest());
  expect(given).toEqual([undefined]);
});

describe('a call that never settles ends with the signal', () => {
  test.each([
    ['with a promise', { context: { getToken: () => new Promise(() => undefined) } }],
    ['with a callback', { context: { getToken: () => undefined } }],
  ])('%s', async (_what, api) => {
    const request = tokenRequest();
    const given = atlassianConnect(api)(request);
    const outcome = expect(given).rejects.toThrow('too late');
    await vi.advanceTimersByTimeAsync(10_000);
    request.abort(new Error('too late'));
    await outcome;
  });

  test('also where it comes while the provider pauses', async () => {
    const request = tokenRequest();
    const api = promising((nth) => (nth === 1 ? expired() : new Promise(() => undefined)));
    let outcome: unknown;
    void Promise.resolve(atlassianConnect(api)(request)).catch((error: unknown) => (outcome = error));
    await vi.advanceTimersByTimeAsync(100);
    request.abort(new Error('too late'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(String(outcome)).toContain('too late');
  });
});

test('a rejected promise is its error', async () => {
  const api = { context: { getToken: () => Promise.reject(new Error('no context')) } };
  await expect(atlassianConnect(api)(tokenRequest())).rejects.toThrow('no context');
});

describe('where AP is', () => {
  test('the global one is looked up at each call, since all.js may load later', async () => {
    const provider = atlassianConnect();
    await expect(provider(tokenRequest())).rejects.toThrow(
      /There is no AP\.context\.getToken: load Connect's all\.js/,
    );
    const token = fresh();
    vi.stubGlobal(
      'AP',
      promising(() => token),
    );
    expect(await provider(tokenRequest())).toBe(token);
  });

  test.each([
    ['without a context', {}],
    ['without getToken', { context: {} }],
  ])('an AP %s is no AP', async (_what, api) => {
    vi.stubGlobal('AP', api);
    await expect(atlassianConnect()(tokenRequest())).rejects.toThrow(/There is no AP\.context\.getToken/);
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TokenInjectorError } from '../../../src/core/errors.js';
import type { Ask } from '../../../src/core/protocol.js';
import { callProvider, type TokenAnswer } from '../../../src/page/call-provider.js';
import type { TokenProvider, TokenRequest } from '../../../src/page/options.js';

const ask: Ask = {
  type: 'ask',
  reason: 'expiring',
  minValiditySeconds: 30,
  timeoutMs: 10_000,
  previousToken: 'old',
};

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const call = (getToken: unknown, of: Ask = ask, identity?: string): Promise<TokenAnswer> =>
  callProvider({ getToken: getToken as TokenProvider, identity }, of);

describe('what a provider gives', () => {
  test.each([
    ['a text', 'abc'],
    ['an object', { token: 'abc' }],
    ['a promise', Promise.resolve('abc')],
    ['a promise of an object', Promise.resolve({ token: 'abc' })],
  ])('may be %s', async (_what, given) => {
    expect(await call(() => given)).toEqual({ type: 'answer', token: 'abc', identity: '' });
  });

  test('may say how long it lives and whose it is, and nothing else', async () => {
    const given = { token: 'abc', expiresAt: 5, expiresIn: 6, identity: 'ann', refresh_token: 'secret' };
    const { refresh_token: _, ...rest } = given;
    expect(await call(() => given)).toEqual({ type: 'answer', ...rest });
  });

  test('goes with the identity of the page, or says that there is none', async () => {
    expect(await call(() => 'abc')).toEqual({ type: 'answer', token: 'abc', identity: '' });
    expect(await call(() => 'abc', ask, 'ann')).toEqual({ type: 'answer', token: 'abc', identity: 'ann' });
  });

  test('goes with the identity that the provider names, where it names one', async () => {
    const answer = await call(() => ({ token: 'abc', identity: 'bob' }), ask, 'ann');
    expect(answer).toEqual({ type: 'answer', token: 'abc', identity: 'bob' });
  });

  test('loses what is of the wrong type, some of which no message can carry', async () => {
    const given = { token: 'abc', expiresAt: '5', expiresIn: () => 6, identity: Promise.resolve('ann') };
    const answer = await call(() => given);
    expect(structuredClone(answer)).toEqual({ type: 'answer', token: 'abc' });
  });

  test.each([
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 5, 'number'],
    ['an object without a token', { access_token: 'abc' }, 'object'],
    ['a token that is no text', { token: 5 }, 'object'],
    ['an array', ['abc'], 'object'],
  ])('must not be %s: invalid-token, naming what came', async (_what, given, named) => {
    const error = (await call(() => given).catch((reason: unknown) => reason)) as TokenInjectorError;
    expect(error).toMatchObject({ code: 'invalid-token' });
    expect(error.message).toContain(named);
    expect(error.message).not.toContain('abc');
  });
});

describe('what a provider is told', () => {
  test('why, how long, and the token before', async () => {
    let told: TokenRequest | undefined;
    await call((request: TokenRequest) => ((told = request), 'abc'));
    expect(told).toMatchObject({ reason: 'expiring', minValiditySeconds: 30, previousToken: 'old' });
    expect(told!.signal.aborted).toBe(false);
    expect(told!.fetch).toBeTypeOf('function');
  });

  test('where the worker said nothing: that it is the first', async () => {
    let told: TokenRequest | undefined;
    await call((request: TokenRequest) => ((told = request), 'abc'), { type: 'ask', timeoutMs: 10 });
    expect(told).toMatchObject({ reason: 'initial', minValiditySeconds: 0 });
    expect(told).not.toHaveProperty('previousToken');
  });
});

describe('a provider that fails', () => {
  test.each([
    ['rejects', () => Promise.reject(new Error('token eyJhbGciOi was refused'))],
    [
      'throws',
      () => {
        throw new Error('token eyJhbGciOi was refused');
      },
    ],
  ])(
    'and %s: provider-rejected, with its error as the cause, which is not repeated',
    async (_what, getToken) => {
      const error = (await call(getToken).catch((reason: unknown) => reason)) as TokenInjectorError;
      expect(error).toMatchObject({
        code: 'provider-rejected',
        cause: new Error('token eyJhbGciOi was refused'),
      });
      expect(error.message).not.toContain('eyJ');
    },
  );

  test('and rejects with nothing', async () => {
    await expect(call(() => Promise.reject(undefined as unknown as Error))).rejects.toMatchObject({
      code: 'provider-rejected',
      cause: undefined,
    });
  });

  test('and throws an error that looks like ours: it is a provider’s error all the same', async () => {
    const cause = new TokenInjectorError('logged-out', 'mine');
    await expect(call(() => Promise.reject(cause))).rejects.toMatchObject({
      code: 'provider-rejected',
      cause,
    });
  });

  test('and hangs: provider-timeout after its time, and the signal is aborted', async () => {
    let signal: AbortSignal | undefined;
    const outcome = call((request: TokenRequest) => {
      signal = request.signal;
      return new Promise(() => undefined);
    }).catch((reason: unknown) => reason);
    await vi.advanceTimersByTimeAsync(9999);
    expect(signal!.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    const error = (await outcome) as TokenInjectorError;
    expect(error).toMatchObject({ code: 'provider-timeout' });
    expect(error.message).toContain('10 s');
    expect(signal!.reason).toBe(error);
  });

  test('and rejects because the signal was aborted: still provider-timeout', async () => {
    const outcome = call(
      ({ signal }: TokenRequest) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    ).catch((reason: unknown) => reason);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await outcome).toMatchObject({ code: 'provider-timeout' });
  });
});

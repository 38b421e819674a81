import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  firebase,
  miro,
  monday,
  shopify,
  supabase,
  teams,
  webflow,
  type TokenProvider,
  type TokenRequest,
} from '../../../src/providers/index.js';
import { jwt } from '../support/jwt.js';
import { tokenRequest } from '../support/token-request.js';

type Ask = () => Promise<unknown>;

/** Each host by its provider and the SDK's one method, which answers as it is told; what wraps the token is the SDK's. */
const HOSTS: Record<string, { provider: (ask: Ask) => TokenProvider; says: RegExp; wrap?: Wrap }> = {
  shopify: { provider: (ask) => shopify({ idToken: ask as never }), says: /Shopify gave no token\..*admin/ },
  'shopify, App Bridge 3': { provider: (ask) => shopify(ask as never), says: /Shopify gave no token/ },
  monday: {
    provider: (ask) => monday({ get: ask as never }),
    says: /monday\.com answered without a session token\. Open the app/,
    wrap: (data) => ({ data, method: 'get', requestId: 'x' }),
  },
  teams: {
    provider: (ask) => teams({ getAuthToken: ask as never }),
    says: /Teams answered without a token\. Has the app webApplicationInfo/,
  },
  miro: { provider: (ask) => miro({ getIdToken: ask as never }), says: /Miro gave no token\..*Reload/ },
  webflow: {
    provider: (ask) => webflow({ getIdToken: ask as never }),
    says: /Webflow gave no token\..*again/,
  },
  firebase: {
    provider: (ask) => firebase({ getIdToken: ask as never }),
    says: /no ID token\. Sign in again/,
  },
  supabase: {
    provider: (ask) => supabase({ getSession: ask as never, refreshSession: ask as never }),
    says: /There is no session: nobody is signed in/,
    wrap: (token) => ({ data: { session: { access_token: token } }, error: null }),
  },
};
type Wrap = (token: unknown) => unknown;
type Settle = Record<'resolve' | 'reject', (value: unknown) => void>;

const textOf = (given: unknown): unknown =>
  typeof given === 'object' ? (given as { token: unknown }).token : given;

/** What went wrong outside any promise that somebody holds. */
function uncaught(): unknown[] {
  const seen: unknown[] = [];
  const note = (error: unknown): void => void seen.push(error);
  process.on('unhandledRejection', note);
  onTestEnd.push(() => process.off('unhandledRejection', note));
  return seen;
}
const onTestEnd: (() => void)[] = [];
afterEach(() => {
  for (const end of onTestEnd.splice(0)) end();
  vi.unstubAllGlobals();
});

const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** A request that tells how many listeners its signal has. */
function watched(
  more: Partial<TokenRequest> = {},
): ReturnType<typeof tokenRequest> & { listeners(): number } {
  const request = tokenRequest(more);
  const { signal } = request;
  const held = new Set<unknown>();
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (type: string, listener: never, options?: AddEventListenerOptions) => {
    held.add(listener);
    add(type, listener, options);
    if (options?.once) add(type, () => held.delete(listener));
  };
  signal.removeEventListener = (type: string, listener: never) => {
    held.delete(listener);
    remove(type, listener);
  };
  return { ...request, listeners: () => held.size };
}

describe.each(Object.entries(HOSTS))('%s', (_name, { provider, says, wrap = (token) => token }) => {
  test('gives the host’s token, and leaves nothing on the signal', async () => {
    const token = jwt({ sub: '1' });
    const request = watched();
    expect(textOf(await provider(() => Promise.resolve(wrap(token)))(request))).toBe(token);
    await aWhile();
    expect(request.listeners()).toBe(0);
  });

  test('passes the host’s own error on', async () => {
    const own = new Error('resourceRequiresConsent');
    await expect(provider(() => Promise.reject(own))(tokenRequest())).rejects.toBe(own);
    const thrown = provider(() => {
      throw own;
    });
    await expect(thrown(tokenRequest())).rejects.toBe(own);
  });

  test('of a host that never answers ends with the signal', async () => {
    const request = watched();
    const given = provider(() => new Promise(() => undefined))(request);
    await aWhile();
    request.abort(new Error('too late'));
    await expect(given).rejects.toThrow('too late');
    await aWhile();
    expect(request.listeners()).toBe(0);
  });

  test.each([
    ['a token', (settle: Settle) => settle.resolve(wrap(jwt({})))],
    ['a refusal', (settle: Settle) => settle.reject(new Error('too late too'))],
    ['nothing', (settle: Settle) => settle.resolve(undefined)],
  ])('of a host that answers %s after the signal is over: nobody hears of it', async (_what, answer) => {
    const errors = uncaught();
    const request = watched();
    let settle!: Settle;
    const promise = new Promise((resolve, reject) => (settle = { resolve, reject }));
    const given = provider(() => promise)(request);
    request.abort(new Error('too late'));
    await expect(given).rejects.toThrow('too late');
    answer(settle);
    await aWhile();
    expect(errors).toEqual([]);
    expect(request.listeners()).toBe(0);
  });

  test('does not ask for a call that is over already', async () => {
    const ask = vi.fn(() => Promise.resolve(wrap('abc')));
    const request = tokenRequest();
    request.abort(new Error('over'));
    await expect(provider(ask)(request)).rejects.toThrow('over');
    expect(ask).not.toHaveBeenCalled();
  });

  test('says what to do where the answer is no token, and never repeats it', async () => {
    const noText = fc.anything().filter((value) => typeof value !== 'string');
    await fc.assert(
      fc.asyncProperty(fc.oneof(noText, fc.constant('')), async (value) => {
        const error = await Promise.resolve(
          provider(() => Promise.resolve(wrap(value)))(tokenRequest()),
        ).then(
          () => undefined,
          (reason: unknown) => reason as Error,
        );
        expect(error?.message).toMatch(says);
        expect(error?.cause).toBeUndefined();
      }),
      { numRuns: 50 },
    );
    const secret = 'c2VjcmV0LXRva2Vu';
    const wrapped = provider(() => Promise.resolve(wrap({ token: secret })))(tokenRequest());
    const error = (await Promise.resolve(wrapped).catch((reason: unknown) => reason)) as Error;
    expect(`${error.message} ${error.stack}`).not.toContain(secret);
  });
});

describe('a global SDK', () => {
  test.each([
    ['shopify', shopify, /There is no shopify\.idToken: load/, (ask: Ask) => ({ idToken: ask })],
    [
      'miro',
      miro,
      /There is no miro\.board\.getIdToken: load/,
      (ask: Ask) => ({ board: { getIdToken: ask } }),
    ],
    ['webflow', webflow, /There is no webflow\.getIdToken: open/, (ask: Ask) => ({ getIdToken: ask })],
  ] as const)('%s is looked up at each call, since it may load later', async (name, make, says, api) => {
    const provider = make();
    await expect(provider(tokenRequest())).rejects.toThrow(says);
    vi.stubGlobal(name, {});
    await expect(provider(tokenRequest())).rejects.toThrow(says);
    vi.stubGlobal(
      name,
      api(() => Promise.resolve('abc')),
    );
    expect(textOf(await provider(tokenRequest()))).toBe('abc');
  });
});

describe('what the SDK is asked', () => {
  test('its method is called as a method: it may need its object', async () => {
    class Sdk {
      readonly #token = 'abc';
      idToken(): Promise<string> {
        return Promise.resolve(this.#token);
      }
      getIdToken(): Promise<string> {
        return this.idToken();
      }
    }
    for (const provider of [shopify(new Sdk()), miro(new Sdk()), webflow(new Sdk()), firebase(new Sdk())]) {
      expect(textOf(await provider(tokenRequest()))).toBe('abc');
    }
  });

  test('monday for its sessionToken', async () => {
    const get = vi.fn(() => Promise.resolve({ data: 'abc' }));
    await monday({ get })(tokenRequest());
    expect(get.mock.calls).toEqual([['sessionToken']]);
  });

  test('Teams for what the options say, in an object of its own', async () => {
    const options = { silent: true, claims: ['mfa'], tenantId: 't' };
    const asked: object[] = [];
    const getAuthToken = (request: object = {}): Promise<string> => {
      asked.push({ ...request });
      Object.assign(request, { successCallback: () => undefined });
      return Promise.resolve('abc');
    };
    const provider = teams({ getAuthToken }, options);
    await provider(tokenRequest());
    await provider(tokenRequest());
    expect(asked).toEqual([options, options]);
    await teams({ getAuthToken })(tokenRequest());
    expect(asked[2]).toEqual({});
  });
});

describe('whose token it is, where each token says something new', () => {
  const text = fc.string({ minLength: 1 }).filter((value) => /^\S+$/.test(value));
  const CLAIMS = { shopify: ['dest', 'aud', 'sub'], teams: ['aud', 'tid', 'oid'] } as const;
  const give = async (name: keyof typeof CLAIMS, claims: object): Promise<unknown> => {
    const answer = (): Promise<string> => Promise.resolve(jwt({ ...claims }));
    const provider = name === 'shopify' ? shopify({ idToken: answer }) : teams({ getAuthToken: answer });
    return ((await provider(tokenRequest())) as { identity?: string }).identity;
  };

  test.each(Object.keys(CLAIMS) as (keyof typeof CLAIMS)[])(
    '%s: by those claims and no other; two that differ in one are two',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(
          fc.tuple(text, text, text),
          fc.tuple(text, text, text),
          fc.dictionary(fc.constantFrom('sid', 'sig', 'uti', 'aio', 'rh', 'jti'), fc.string()),
          async (a, b, volatile) => {
            const claims = (values: string[]): object =>
              Object.fromEntries(CLAIMS[name].map((claim, index) => [claim, values[index]]));
            const identity = await give(name, claims(a));
            expect(identity).toEqual(expect.any(String));
            expect(await give(name, { ...volatile, ...claims(a) })).toBe(identity);
            expect((await give(name, claims(b))) === identity).toBe(String(a) === String(b));
          },
        ),
        { numRuns: 50 },
      );
    },
  );

  test.each([
    ['a claim is missing', { dest: 'https://s', aud: 'app' }],
    ['one is no text', { dest: 'https://s', aud: ['app'], sub: '1' }],
    ['one has a space, and could be two', { dest: 'https://s', aud: 'app 1', sub: '1' }],
    ['one is empty', { dest: 'https://s', aud: '', sub: '1' }],
  ])('is left to all the claims where %s', async (_why, claims) => {
    expect(await give('shopify', claims)).toBeUndefined();
  });

  test('is not said of an opaque token', async () => {
    expect(await shopify({ idToken: () => Promise.resolve('opaque') })(tokenRequest())).toEqual({
      token: 'opaque',
    });
  });
});

import { describe, expect, test } from 'vitest';
import { firebase, supabase, type TokenProvider, type TokenRequest } from '../../../src/providers/index.js';
import { tokenRequest } from '../support/token-request.js';

/** An SDK that keeps its token, `kept`, until a new one is forced. */
class Sdk {
  readonly calls: ('kept' | 'forced')[] = [];
  kept = 'first';

  #answer(isForced: boolean): string {
    this.calls.push(isForced ? 'forced' : 'kept');
    if (isForced) this.kept = `${this.kept}+`;
    return this.kept;
  }

  get user(): { getIdToken(isForced?: boolean): Promise<string> } {
    return { getIdToken: (isForced = false) => Promise.resolve(this.#answer(isForced)) };
  }

  get auth(): Parameters<typeof supabase>[0] {
    const session = (isForced: boolean): never =>
      ({
        data: { session: { access_token: this.#answer(isForced), expires_at: 1_800_000_000 } },
        error: null,
      }) as never;
    return {
      getSession: () => Promise.resolve(session(false)),
      refreshSession: () => Promise.resolve(session(true)),
    };
  }
}

describe.each<[string, (sdk: Sdk) => TokenProvider]>([
  ['firebase', (sdk) => firebase(sdk.user)],
  ['firebase, of a user that is known later', (sdk) => firebase(() => Promise.resolve(sdk.user))],
  ['supabase', (sdk) => supabase(sdk.auth)],
])('%s', (_name, make) => {
  const ask = async (sdk: Sdk, more: Partial<TokenRequest>): Promise<string> => {
    const given = await make(sdk)(tokenRequest(more));
    return typeof given === 'string' ? given : given.token;
  };

  test.each(['initial', 'expiring', 'expired'] as const)(
    'a token that is %s: the one it keeps',
    async (reason) => {
      const sdk = new Sdk();
      expect(await ask(sdk, { reason })).toBe('first');
      expect(sdk.calls).toEqual(['kept']);
    },
  );

  test.each(['rejected', 'forced'] as const)('a token that is %s: a new one at once', async (reason) => {
    const sdk = new Sdk();
    expect(await ask(sdk, { reason, previousToken: 'first' })).toBe('first+');
    expect(sdk.calls).toEqual(['forced']);
  });

  test('that keeps the very token which is to be replaced: a new one is forced, once', async () => {
    const sdk = new Sdk();
    expect(await ask(sdk, { reason: 'expiring', previousToken: 'first' })).toBe('first+');
    expect(sdk.calls).toEqual(['kept', 'forced']);
  });

  test('that has renewed its token by itself: nothing is forced', async () => {
    const sdk = new Sdk();
    sdk.kept = 'second';
    expect(await ask(sdk, { reason: 'expired', previousToken: 'first' })).toBe('second');
    expect(sdk.calls).toEqual(['kept']);
  });

  test('that has none better even by force: the same again, for the core to judge', async () => {
    const stuck = { getIdToken: () => Promise.resolve('first') };
    const answer = { data: { session: { access_token: 'first' } }, error: null };
    const auth = {
      getSession: () => Promise.resolve(answer),
      refreshSession: () => Promise.resolve(answer),
    };
    const request = tokenRequest({ reason: 'expired', previousToken: 'first' });
    expect(await firebase(stuck)(request)).toBe('first');
    expect(await supabase(auth)(request)).toEqual({ token: 'first' });
  });
});

test('firebase asks the user of the moment, and says where there is none', async () => {
  let user: Sdk['user'] | null = null;
  const provider = firebase(() => user);
  await expect(provider(tokenRequest())).rejects.toThrow('Nobody is signed in.');
  user = new Sdk().user;
  expect(await provider(tokenRequest())).toBe('first');
});

test('supabase tells when the session ends', async () => {
  expect(await supabase(new Sdk().auth)(tokenRequest())).toEqual({
    token: 'first',
    expiresAt: 1_800_000_000,
  });
});

test('supabase throws the error that the client returns, and says where there is no session', async () => {
  const own = Object.assign(new Error('Invalid Refresh Token'), { status: 400 });
  const answers = (error: unknown): Parameters<typeof supabase>[0] => {
    const get = (): Promise<never> => Promise.resolve({ data: { session: null }, error } as never);
    return { getSession: get, refreshSession: get };
  };
  await expect(supabase(answers(own))(tokenRequest())).rejects.toBe(own);
  await expect(supabase(answers(null))(tokenRequest())).rejects.toThrow('nobody is signed in');
});

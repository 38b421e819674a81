import type { TokenProvider } from '../page/options.js';
import { askHost, tokenText } from './ask-host.js';

/** What both calls of a {@link SupabaseAuth} answer. */
export interface SupabaseSession {
  readonly data: {
    readonly session: { readonly access_token: string; readonly expires_at?: number | undefined } | null;
  };
  readonly error: unknown;
}

/** What Supabase's `supabase.auth` has, and others have like it. */
export interface SupabaseAuth {
  getSession(): Promise<SupabaseSession>;
  refreshSession(): Promise<SupabaseSession>;
}

/**
 * Access tokens of a session, by `auth.getSession()` and `auth.refreshSession()`: Supabase, and whatever has the same
 * methods. Back ends want them as `Authorization: Bearer`, the default. They live an hour by default; read by
 * `expires_at` and their `exp`.
 *
 * The client keeps its session until shortly before it expires. It is refreshed where its token was refused, where the
 * app insists, and where it would give the one that is to be replaced. Errors that the client returns are thrown.
 *
 * It bears that the client never answers.
 *
 * @throws {Error} where nobody is signed in; or the client's own error
 * @example
 * await registerTokenInjector({ getToken: supabase(client.auth) });
 */
export function supabase(auth: SupabaseAuth): TokenProvider {
  return async ({ reason, previousToken, signal }) => {
    const ask = async (isForced: boolean): Promise<{ token: string; expiresAt?: number }> => {
      const answer = await askHost<SupabaseSession | undefined>(signal, () =>
        isForced ? auth.refreshSession() : auth.getSession(),
      );
      if (answer?.error) throw answer.error as Error;
      const session = answer?.data?.session;
      const token = tokenText(
        session?.access_token,
        'There is no session: nobody is signed in. Sign in, then register, or force a refresh.',
      );
      const expiresAt = session?.expires_at;
      return typeof expiresAt === 'number' ? { token, expiresAt } : { token };
    };
    const isForced = reason === 'rejected' || reason === 'forced';
    const given = await ask(isForced);
    return given.token === previousToken && !isForced ? ask(true) : given;
  };
}

import type { TokenProvider } from '../page/options.js';
import { askHost, tokenText } from './ask-host.js';

/** What Firebase's `User` has, and others have like it. */
export interface FirebaseUser {
  getIdToken(forceRefresh?: boolean): Promise<string>;
}

type Present = FirebaseUser | null | undefined;

/**
 * ID tokens of a signed-in user, by `user.getIdToken()`: Firebase Authentication, and whatever has the same method.
 * Back ends want them as `Authorization: Bearer`, the default. They live an hour; read by their `exp`.
 *
 * The SDK keeps its token until shortly before it expires. A new one is forced where the old one was refused, where the
 * app insists, and where the SDK would give the one that is to be replaced.
 *
 * It bears that the SDK never answers.
 *
 * @param user the user, or a function that gives the present one, or a promise of it: at a page's load the SDK has nobody
 *   until `authStateReady()`
 * @throws {Error} where nobody is signed in; or the SDK's own error
 * @example
 * const user = () => auth.authStateReady().then(() => auth.currentUser);
 * await registerTokenInjector({ getToken: firebase(user) });
 */
export function firebase(user: FirebaseUser | (() => Present | PromiseLike<Present>)): TokenProvider {
  return async ({ reason, previousToken, signal }) => {
    const present = typeof user === 'function' ? await askHost(signal, user) : user;
    if (!present) throw new Error('Nobody is signed in. Sign in, then register, or force a refresh.');
    const ask = async (isForced: boolean): Promise<string> =>
      tokenText(
        await askHost<unknown>(signal, () => present.getIdToken(isForced)),
        'The user has no ID token. Sign in again.',
      );
    const isForced = reason === 'rejected' || reason === 'forced';
    const token = await ask(isForced);
    return token === previousToken && !isForced ? ask(true) : token;
  };
}

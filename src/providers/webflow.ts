import type { TokenProvider } from '../page/options.js';
import { askHost, tokenText } from './ask-host.js';

/** The part of the Designer's API that is used here: the global `webflow`. */
export interface WebflowApi {
  getIdToken(): Promise<string>;
}

/**
 * ID tokens of a Webflow Designer Extension, by `webflow.getIdToken()`. They live 15 minutes. Only Webflow can verify
 * them, by a call of its API, so a back end takes one by POST and gives a token of its own for it: {@link exchange}.
 *
 * It bears that the host never answers: outside the Designer there is nobody who would.
 *
 * @param api where it is not the global `webflow`
 * @throws {Error} where no token is to be had, with what helps; or the Designer's own error
 * @example
 * const getToken = exchange(webflow(), '/session', { body: (idToken) => ({ idToken }) });
 * await registerTokenInjector({ getToken });
 */
export function webflow(api?: WebflowApi): TokenProvider {
  return async ({ signal }) => {
    const given = api ?? (globalThis as { webflow?: WebflowApi }).webflow;
    if (typeof given?.getIdToken !== 'function') {
      throw new Error('There is no webflow.getIdToken: open the extension in the Webflow Designer.');
    }
    const answer = await askHost<unknown>(signal, () => given.getIdToken());
    return tokenText(
      answer,
      'Webflow gave no token. Has the app the scope authorized_user:read? Open the extension again.',
    );
  };
}

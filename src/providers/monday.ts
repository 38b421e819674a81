import type { TokenProvider } from '../page/options.js';
import { askHost, tokenText } from './ask-host.js';

/** The part of `monday-sdk-js` that is used here: what `mondaySdk()` gives. */
export interface MondaySdk {
  get(type: 'sessionToken'): Promise<{ readonly data?: unknown }>;
}

/**
 * Session tokens of a monday.com app, by `monday.get('sessionToken')`. How they go to the app's own back end is the
 * developer's choice: `Authorization: Bearer` by default, the bare token with `scheme: ''`. They
 * say when they expire (`exp`) and not when they were made: their life counts from receipt.
 *
 * It bears that the host never answers: outside a frame of monday.com there is nobody who would. Where the host
 * refuses, the SDK's error is passed on as it is.
 *
 * @throws {Error} where no token is to be had, with what helps; or the SDK's own error
 * @example
 * await registerTokenInjector({ getToken: monday(mondaySdk()) });
 */
export function monday(sdk: MondaySdk): TokenProvider {
  return async ({ signal }) => {
    const answer = await askHost<{ readonly data?: unknown } | undefined>(signal, () =>
      sdk.get('sessionToken'),
    );
    return tokenText(
      answer?.data,
      'monday.com answered without a session token. Open the app in monday.com, as a feature of an app that has a client secret.',
    );
  };
}

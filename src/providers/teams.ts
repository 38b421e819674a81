import type { TokenProvider } from '../page/options.js';
import { askHost, tokenText } from './ask-host.js';
import { whoseToken } from './whose-token.js';

/** What Teams may be told of the token that is wanted. */
export interface TeamsTokenRequest {
  /** Never show the user a dialog; where one is needed, reject. @default as Teams decides */
  silent?: boolean;
  claims?: string[];
  /** The home tenant of the token, in channels that are shared between tenants. */
  tenantId?: string;
}

/** The part of `@microsoft/teams-js` that is used here: its `authentication`. */
export interface TeamsAuthentication {
  getAuthToken(request?: TeamsTokenRequest): Promise<string>;
}

/** Each token of Microsoft Entra may have an `aio`, an `rh` and a `uti` of its own. */
const WHOSE = ['aud', 'tid', 'oid'];

/**
 * Single sign-on tokens of an app in Teams, Outlook or Microsoft 365, by `authentication.getAuthToken()`. Back ends
 * want them as `Authorization: Bearer`, the default. They live about an hour; read by their `exp`. Teams hands out one
 * that it keeps until it expires, also where a server has refused it. Tabs of one user, tenant and app share one.
 *
 * Call `app.initialize()` first. Where Teams refuses, its error is passed on as it is, and is the `cause` of what
 * `getAccessToken()` rejects with: `resourceRequiresConsent` as its message means that the user has to agree first.
 *
 * It bears that the host never answers.
 *
 * @throws {Error} the SDK's own, with Teams's code as the message; or what helps, where the answer is no token
 * @example
 * await registerTokenInjector({ getToken: teams(authentication, { silent: true }) });
 */
export function teams(authentication: TeamsAuthentication, options: TeamsTokenRequest = {}): TokenProvider {
  return async ({ signal }) => {
    const answer = await askHost<unknown>(signal, () => authentication.getAuthToken({ ...options }));
    const token = tokenText(
      answer,
      'Teams answered without a token. Has the app webApplicationInfo in its manifest, and has app.initialize() been called?',
    );
    return whoseToken(token, WHOSE);
  };
}

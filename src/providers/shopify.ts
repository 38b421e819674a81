import type { TokenProvider } from '../page/options.js';
import { askHost, tokenText } from './ask-host.js';
import { whoseToken } from './whose-token.js';

/** The part of Shopify's App Bridge that is used here: the global `shopify`, or what `useAppBridge()` gives. */
export interface ShopifyApi {
  idToken(): Promise<string>;
}

/** `sid` and `sig` may differ where the user and the shop do not. */
const WHOSE = ['dest', 'aud', 'sub'];

/**
 * ID tokens (session tokens) of an app in the Shopify admin, by `shopify.idToken()`. Back ends want them as
 * `Authorization: Bearer`, the default. They live 60 seconds; read by their `exp`. Tabs of one user, shop and app share
 * one.
 *
 * App Bridge puts tokens into `fetch` itself unless it is told not to; see docs/hosts.md for both together.
 *
 * It bears that the host never answers (the page is not in the admin, or the user was logged out there), and that App
 * Bridge comes later than this.
 *
 * @param api App Bridge, where it is not the global `shopify`; or a function that gives a token, for App Bridge 3 from
 *   npm: `shopify(() => getSessionToken(app))`. That one has no end of its own where the host is silent
 * @throws {Error} where no token is to be had, with what helps; or the host's own error
 * @example
 * await registerTokenInjector({ getToken: shopify() });
 */
export function shopify(api?: ShopifyApi | (() => Promise<string>)): TokenProvider {
  return async ({ signal }) => {
    const bridge = api ?? (globalThis as { shopify?: ShopifyApi }).shopify;
    const ask = typeof bridge === 'function' ? bridge : bridge?.idToken && (() => bridge.idToken());
    if (typeof ask !== 'function') {
      throw new Error(
        'There is no shopify.idToken: load Shopify\'s app-bridge.js first, with <meta name="shopify-api-key">, in a page of the Shopify admin.',
      );
    }
    const answer = await askHost<unknown>(signal, ask);
    const token = tokenText(
      answer,
      'Shopify gave no token. Is the page open in the Shopify admin, and is its shopify-api-key that of the app? Reload the admin.',
    );
    return whoseToken(token, WHOSE);
  };
}

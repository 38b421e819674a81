import type { TokenProvider } from '../page/options.js';

/**
 * The token that the server put into the page, once: `<meta name="token" content="{{token}}">`, as pages of
 * atlassian-connect-express and Spring have it. It is as old as the page, so a provider for the next ones belongs
 * behind it: `firstOf(metaTag('token'), …)`.
 *
 * @param name the element's `name`
 * @throws {Error} where there is no such element, and at every call but the first
 * @example
 * await registerTokenInjector({ getToken: firstOf(metaTag('token'), atlassianConnect()), scheme: 'JWT' });
 */
export function metaTag(name: string): TokenProvider {
  let used = false;
  return () => {
    if (used)
      throw new Error(
        `<meta name="${name}"> holds one token, and it was given. Chain a provider with firstOf.`,
      );
    used = true;
    const content = document.head.querySelector<HTMLMetaElement>(`meta[name="${CSS.escape(name)}"]`)?.content;
    if (!content) throw new Error(`There is no <meta name="${name}" content="…"> in this page's head.`);
    return content;
  };
}

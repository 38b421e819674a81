import { BYPASS_HASH } from '../core/bypass.js';

/**
 * `fetch` for a provider: the worker leaves these requests alone, so that a provider which calls a covered path does
 * not wait for the token that it is to get.
 */
export const bypassFetch: typeof fetch = async (input, ...init) => {
  const isRequest = input instanceof Request;
  const url = new URL(isRequest ? input.url : input, document.baseURI);
  url.hash = BYPASS_HASH;
  // As many arguments as were given: zone.js takes a second that is undefined for options.
  if (!isRequest) return fetch(url, ...init);
  // Only a copy under another URL has the fragment, and a body is not copied there but as a stream.
  const body = await input.clone().blob();
  const { method, headers, credentials, cache, redirect, signal } = input;
  const parts = { method, headers, credentials, cache, redirect, signal, body };
  return fetch(new Request(url, body.size ? parts : input), ...init);
};

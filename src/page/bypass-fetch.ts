import { BYPASS_HASH } from '../core/bypass.js';

/**
 * `fetch` for a provider: the worker leaves these requests alone, so that a provider which calls a covered path does
 * not wait for the token that it is to get.
 */
export const bypassFetch: typeof fetch = async (input, init) => {
  if (!(input instanceof Request)) return fetch(mark(String(input)), init);
  const request = new Request(input, init);
  const body = request.method === 'GET' || request.method === 'HEAD' ? undefined : await request.blob();
  const { method, headers, credentials, cache, redirect, signal } = request;
  return fetch(mark(request.url), {
    method,
    headers,
    credentials,
    cache,
    redirect,
    signal,
    body: body ?? null,
  });
};

function mark(url: string): string {
  const marked = new URL(url, document.baseURI);
  marked.hash = BYPASS_HASH;
  return marked.href;
}

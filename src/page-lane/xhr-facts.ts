import type { ResponseFacts } from '../core/authorize.js';

/** What an XMLHttpRequest to `url` says of its answer once the headers are there. */
export function xhrFacts(xhr: XMLHttpRequest, url: string): ResponseFacts {
  const { status, responseURL } = xhr;
  const isForeign = new URL(responseURL).origin !== new URL(url).origin;
  return {
    status,
    headers: { get: (name) => xhr.getResponseHeader(name) },
    type: isForeign ? 'cors' : 'basic',
    redirected: responseURL !== url,
    url: responseURL,
  };
}

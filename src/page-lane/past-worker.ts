import { BYPASS_HASH } from '../core/bypass.js';

/**
 * The URL under which a request goes past the worker: by its fragment, which is what a static route of the worker's is
 * about, and which no server sees. `mode: 'same-origin'` would be the other sign that a route can go by; but then a
 * redirect to another origin fails. Only Chromium has static routes, and `userAgentData`; elsewhere the worker would
 * decline the request just the same.
 */
export function pastWorker(url: string): string {
  if (!('userAgentData' in navigator)) return url;
  const marked = new URL(url, document.baseURI);
  marked.hash = BYPASS_HASH;
  return marked.href;
}

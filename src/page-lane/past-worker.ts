import { BYPASS_HASH } from '../core/bypass.js';

/**
 * The URL under which a request goes past the worker: by its fragment, which is what a static route of the ready-made
 * worker is about, and which no server sees. `mode: 'same-origin'` would be the other sign that a route can go by; but
 * then a redirect to another origin fails.
 */
export function pastWorker(url: string): string {
  const marked = new URL(url, document.baseURI);
  marked.hash = BYPASS_HASH;
  return marked.href;
}

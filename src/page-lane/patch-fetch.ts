import type { Lane } from './lane.js';

/**
 * Puts the lane into `fetch`, over whatever stands there. Requests that it does not cover are passed on as they came.
 *
 * @returns takes it out again; where others have patched over it since, it stays and passes everything on
 */
export function patchFetch(lane: Pick<Lane, 'ruleFor' | 'fetch'>): () => void {
  const before = globalThis.fetch;
  let isIn = true;
  const send = (request: Request): Promise<Response> => before.call(globalThis, request);

  async function fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    // Text is made of it once, as the browser would.
    const resource = input instanceof Request ? input : String(input);
    const { url, method } = typeof resource === 'string' ? { url: resource, method: 'GET' } : resource;
    if (!isIn || !lane.ruleFor(url, init?.method ?? method)) {
      return before.call(globalThis, resource, init);
    }
    const isReplayable = !(init?.body instanceof ReadableStream);
    return lane.fetch(new Request(resource, init), send, isReplayable);
  }

  globalThis.fetch = fetch;
  return () => {
    isIn = false;
    if (globalThis.fetch === fetch) globalThis.fetch = before;
  };
}

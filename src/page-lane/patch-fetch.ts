import { attach } from '../web/attach.js';
import { attachToOwn } from './attach-to-own.js';
import type { Lane } from './lane.js';

/**
 * Puts the lane into `fetch`, over whatever stands there. Requests that it does not cover are passed on as they came.
 *
 * @returns takes it out again; where others have patched over it since, it stays and passes everything on
 */
export function patchFetch(lane: Pick<Lane, 'ruleFor' | 'toSend' | 'fetch'>): () => void {
  const before = globalThis.fetch;
  let isIn = true;
  const send = (request: Request): Promise<Response> => before.call(globalThis, request);

  /** zone.js heeds a signal only where it is named, and names one of its own otherwise. */
  const sendWithSignal = (request: Request): Promise<Response> => {
    // Any init resets these two.
    const { signal, referrer, referrerPolicy } = request;
    return before.call(globalThis, request, { signal, referrer, referrerPolicy });
  };

  async function fetch(...given: readonly unknown[]): Promise<Response> {
    const [input, init] = given as Parameters<typeof before>;
    if (!isIn || given.length === 0 || typeof input === 'symbol') {
      return before.apply(globalThis, given as Parameters<typeof before>);
    }
    // Text is made of it once, as the browser would.
    const resource = isRequest(input) ? input : String(input);
    const { url, method } = typeof resource === 'string' ? { url: resource, method: 'GET' } : resource;
    if (!lane.ruleFor(url, init?.method ?? method)) {
      // As many arguments as were given: zone.js takes a second that is undefined for options.
      return before.apply(globalThis, [resource, ...given.slice(1)] as Parameters<typeof before>);
    }
    // A request of the page's own could only be copied under another URL, which loses some of it.
    const isOurs = typeof resource === 'string';
    const request = new Request(isOurs ? lane.toSend(resource) : resource, init);
    return lane.fetch(request, {
      send: init?.signal ? sendWithSignal : send,
      isReplayable: !(init?.body instanceof ReadableStream),
      // Nobody else has one that was made here.
      attachTo: isOurs ? attachToOwn : attach,
      signal: isOurs && !init?.signal ? undefined : request.signal,
    });
  }

  globalThis.fetch = Object.defineProperty(fetch, 'length', { value: before.length });
  return () => {
    isIn = false;
    if (globalThis.fetch === fetch) globalThis.fetch = before;
  };
}

/** Also one of another frame, or where the app has a `Request` of its own. */
function isRequest(input: RequestInfo | URL): input is Request {
  return Object.prototype.toString.call(input) === '[object Request]';
}

/**
 * A copy of the request with the header on it.
 *
 * The header is set on the copy and not given in an init: a non-empty init resets the referrer to the worker's
 * own URL and clears the referrer policy (Fetch, `new Request(input, init)`). A request that has to be rebuilt needs
 * an init all the same; there the referrer and its policy are given back.
 *
 * @param cache in place of the page's own mode, where the browser's cache may hold another user's answer
 */
export function attach(request: Request, header: string, value: string, cache?: RequestCache): Request {
  const init: RequestInit = {
    ...(mustRebuild(request, header) ? { mode: 'same-origin' } : {}),
    ...(cache && mayChangeCache(request) ? { cache } : {}),
  };
  const copy = rebuild(request, init);
  copy.headers.set(header, value);
  return copy;
}

/**
 * The request as it is, but for what the init names.
 *
 * A plain copy of a request that has no referrer, of a worker made from a blob, tells the server the service worker's
 * own URL in WebKit, so none is said again; not where there are client hints (Chromium), which would be lost by it.
 */
export function rebuild(request: Request, init: RequestInit): Request {
  const { referrer, referrerPolicy, mode } = request;
  const saysNone = !referrer && mode !== 'navigate' && !('userAgentData' in (globalThis.navigator ?? {}));
  return Object.keys(init).length || saysNone
    ? new Request(request, { ...init, referrer, referrerPolicy })
    : new Request(request);
}

/**
 * Not where the referrer is another origin's, which could not be given back to a rebuilt request; nor with `no-store`,
 * which goes past the cache anyway. `no-cache` does not: it asks the server whether the kept answer is still good, and
 * one that knows only its version says yes, whosever that answer is.
 */
export function mayChangeCache({ cache, referrer }: Request): boolean {
  return cache !== 'no-store' && isOwnReferrer(referrer);
}

/** A referrer of another origin (an image named in a CDN's style sheet) cannot be given back to a rebuilt request. */
export function canAttach(request: Request, header: string): boolean {
  return !mustRebuild(request, header) || isOwnReferrer(request.referrer);
}

function isOwnReferrer(referrer: string): boolean {
  // In a page it is `about:client` until the request is sent.
  return /^(about:client)?$/.test(referrer) || new URL(referrer, location.href).origin === location.origin;
}

/**
 * The headers of a `no-cors` request are guarded: ours would be dropped without a word. And at a redirect to another
 * origin Fetch drops `Authorization` only: a `cors` request with any other header would take the token there, so it
 * becomes `same-origin`, and such a redirect fails.
 */
export function mustRebuild({ mode }: Request, header: string): boolean {
  return mode === 'no-cors' || (mode === 'cors' && header.toLowerCase() !== 'authorization');
}

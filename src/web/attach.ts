/**
 * A copy of the request with the header on it.
 *
 * The header is set on the copy and not given in an init: a non-empty init resets the referrer to the worker's
 * own URL and clears the referrer policy (Fetch, `new Request(input, init)`). A request that has to be rebuilt needs
 * an init all the same; there the referrer and its policy are given back.
 */
export function attach(request: Request, header: string, value: string): Request {
  const copy = mustRebuild(request, header)
    ? new Request(request, {
        mode: 'same-origin',
        referrer: request.referrer,
        referrerPolicy: request.referrerPolicy,
      })
    : new Request(request);
  copy.headers.set(header, value);
  return copy;
}

/** A referrer of another origin (an image named in a CDN's style sheet) cannot be given back to a rebuilt request. */
export function canAttach(request: Request, header: string): boolean {
  return (
    !mustRebuild(request, header) ||
    request.referrer === '' ||
    new URL(request.referrer, location.href).origin === location.origin
  );
}

/**
 * The headers of a `no-cors` request are guarded: ours would be dropped without a word. And at a redirect to another
 * origin Fetch drops `Authorization` only: a `cors` request with any other header would take the token there, so it
 * becomes `same-origin`, and such a redirect fails.
 */
function mustRebuild({ mode }: Request, header: string): boolean {
  return mode === 'no-cors' || (mode === 'cors' && header.toLowerCase() !== 'authorization');
}

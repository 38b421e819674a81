/**
 * A copy of the request with the header on it.
 *
 * The header is set on the copy and not given in an init: a non-empty init resets the referrer to the worker's
 * own URL and clears the referrer policy (Fetch, `new Request(input, init)`). A `no-cors` request needs an init all
 * the same, since its headers are guarded and the header would be dropped without a word; there the referrer and
 * its policy are given back.
 */
export function attach(request: Request, header: string, value: string): Request {
  const copy =
    request.mode === 'no-cors'
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
export function canAttach(request: Request): boolean {
  return (
    request.mode !== 'no-cors' ||
    request.referrer === '' ||
    new URL(request.referrer, location.href).origin === location.origin
  );
}

import { attach, mustRebuild } from '../web/attach.js';

/**
 * As `attach`, for a request that was made here and that nobody else has: where nothing but the header is to change, it
 * is set on the request itself, which keeps it. What is sent again is a copy, since a patch of `fetch` below may know the
 * first by now.
 */
export const attachToOwn: typeof attach = (request, header, value, cache) => {
  if (cache || !request.referrer || mustRebuild(request, header)) {
    return attach(request, header, value, cache);
  }
  request.headers.set(header, value);
  return request;
};

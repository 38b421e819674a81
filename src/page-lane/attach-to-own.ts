import { attach, mustRebuild } from '../web/attach.js';

/**
 * As `attach`, for a request that was made here and that nobody else has: where nothing but the header is to change, it
 * is set on the request itself. It may be sent twice, since one that has a body is copied before.
 */
export const attachToOwn: typeof attach = (request, header, value, cache) => {
  if (cache || !request.referrer || mustRebuild(request, header)) {
    return attach(request, header, value, cache);
  }
  request.headers.set(header, value);
  return request;
};

import type { Exchange } from '../core/authorize.js';
import type { RouteRule, WorkerOptions } from '../core/options.js';
import { attach, mayChangeCache, rebuild } from './attach.js';
import { headerValue } from './header-value.js';

/**
 * One covered request of a page, as the core wants it. A page's abort reaches a worker only once headers have come
 * (measured in three engines); the copy that is sent has the request's signal, so a `fetch` that heeds it sends nothing
 * after it.
 *
 * @param send the network: a worker's `fetch`, or the one that a page had before it was patched
 * @param pastCache how it is sent where the browser's cache may hold another user's answer
 * @param isReplayable false for a body that is a stream, which can be sent once
 * @param attachTo gives the request its first token; the second goes on a copy always
 */
export function createExchange(
  request: Request,
  clientId: string,
  rule: RouteRule,
  { header, scheme }: WorkerOptions,
  covers: (url: string) => boolean,
  send: (request: Request) => Promise<Response>,
  pastCache: RequestCache,
  isReplayable = true,
  attachTo = attach,
): Exchange<Response> {
  // A copy taken before sending replays a body without holding it in memory; reading `request.body` would break
  // Firefox, which has none, and keepalive in WebKit. An unused copy costs nothing.
  const mayResend = isReplayable && rule.retry !== false && !request.keepalive;
  const spare = mayResend && !/^(GET|HEAD)$/.test(request.method) ? request.clone() : request;
  const sendWith = async (
    attachIt: typeof attach,
    from: Request,
    token: string | undefined,
    isPast = false,
  ): Promise<Response> => {
    const cache = isPast ? pastCache : undefined;
    if (token !== undefined) return send(attachIt(from, header, headerValue(scheme, token), cache));
    return send(cache && mayChangeCache(from) ? rebuild(from, { cache }) : from);
  };
  return {
    clientId,
    url: request.url,
    rule,
    covers,
    mayWait: !request.keepalive,
    send: (token, isPast) => sendWith(attachTo, request, token, isPast),
    resend: mayResend ? (token, isPast) => sendWith(attach, spare, token, isPast) : undefined,
    // RFC 9457.
    refuse: ({ code }) =>
      Response.json(
        { title: 'No token available', status: 401, code },
        {
          status: 401,
          headers: { 'Content-Type': 'application/problem+json', 'WWW-Authenticate': scheme || 'Bearer' },
        },
      ),
  };
}

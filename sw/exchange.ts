import type { Exchange } from '../src/core/authorize.js';
import type { RouteRule, WorkerOptions } from '../src/core/options.js';
import { attach } from './attach.js';

/**
 * One covered request of a page, as the core wants it. The page's abort reaches us only once headers have come
 * (measured in three engines), so the signal is looked at after every wait.
 */
export function createExchange(
  request: Request,
  clientId: string,
  rule: RouteRule,
  { header, scheme }: WorkerOptions,
  covers: (url: string) => boolean,
): Exchange<Response> {
  // A copy taken before sending replays a body without holding it in memory; reading `request.body` would break
  // Firefox, which has none, and keepalive in WebKit. An unused copy costs nothing.
  const mayResend = rule.retry !== false && !request.keepalive;
  const spare = mayResend && !/^(GET|HEAD)$/.test(request.method) ? request.clone() : request;
  const send = async (from: Request, token: string): Promise<Response> => {
    request.signal.throwIfAborted();
    return fetch(attach(from, header, `${scheme} ${token}`.trim()));
  };
  return {
    clientId,
    url: request.url,
    rule,
    covers,
    mayWait: !request.keepalive,
    send: (token) => (token === undefined ? fetch(request) : send(request, token)),
    resend: mayResend ? (token) => send(spare, token) : undefined,
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

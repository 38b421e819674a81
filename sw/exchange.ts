import type { Exchange } from '../src/core/authorize.js';
import type { RouteRule, WorkerOptions } from '../src/core/options.js';
import { attach } from './attach.js';
import { problem } from './problem.js';

/**
 * One covered request of a page, as the core wants it. The page's abort reaches us only once headers have come
 * (measured in three engines), so the signal is looked at after every wait.
 */
export function createExchange(
  request: Request,
  clientId: string,
  rule: RouteRule,
  { header, scheme, retryStatus }: WorkerOptions,
): Exchange<Response> {
  // A copy taken before sending replays a body without holding it in memory; reading `request.body` would break
  // Firefox, which has none, and keepalive in WebKit. An unused copy costs nothing.
  const mayResend = retryStatus.length > 0 && rule.retry !== false && !request.keepalive;
  const spare = hasBody(request) && mayResend ? request.clone() : request;
  const send = async (from: Request, token: string): Promise<Response> => {
    request.signal.throwIfAborted();
    return fetch(attach(from, header, scheme === '' ? token : `${scheme} ${token}`));
  };
  return {
    clientId,
    url: request.url,
    rule,
    mayWait: !request.keepalive,
    send: (token) => (token === undefined ? fetch(request) : send(request, token)),
    resend: mayResend ? (token) => send(spare, token) : undefined,
    refuse: (error) => problem(error, scheme),
  };
}

function hasBody({ method }: Request): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

import type { TokenInjectorError } from '../src/core/errors.js';

/** Our own 401 (RFC 9457), for `onUnavailable: 'fail'`. */
export function problem(error: TokenInjectorError, scheme: string): Response {
  const body = {
    type: 'about:blank',
    title: 'No token available',
    status: 401,
    code: error.code,
    detail: error.message,
  };
  return new Response(JSON.stringify(body), {
    status: 401,
    headers: {
      'Content-Type': 'application/problem+json',
      'WWW-Authenticate': `${scheme || 'Bearer'} error="invalid_token"`,
    },
  });
}

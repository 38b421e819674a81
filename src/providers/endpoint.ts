import type { TokenProvider, TokenRequest, TokenResult } from '../page/options.js';

/** How to ask an endpoint, and where its answer has the token. */
export interface EndpointOptions {
  /** @default 'POST' with a body, else 'GET' */
  readonly method?: 'GET' | 'POST' | undefined;
  /** @default 'same-origin' */
  readonly credentials?: RequestCredentials | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON; as a form where it is `URLSearchParams`. */
  readonly body?: unknown;
  /** The field of a JSON answer that has the token; dots lead inwards. @default 'access_token', else 'token' */
  readonly field?: string | undefined;
  /** A response header that has the token, in place of a field. */
  readonly header?: string | undefined;
}

/** An answer other than 2xx. */
export class EndpointError extends Error {
  readonly status: number;

  constructor(at: string, status: number, code: string) {
    super(`${at} answered ${status}${code && ` (${code})`}.`);
    this.status = status;
  }
}

/**
 * A token from a back end of one's own: a heartbeat, a session endpoint, an OAuth 2.0 refresh with the refresh token in
 * an HttpOnly cookie. The answer's `expires_in` and `expires_at` (RFC 6749, section 5.1; seconds) count, and so does a
 * JWT's own `exp`: the earliest of them. The call passes the worker, so the endpoint may be below a covered path.
 *
 * @throws {Error} where the endpoint does not answer 2xx (then with its `status`, and with OAuth's `error`, as
 *   `invalid_grant`, in the message), or its answer has no token
 * @example
 * await registerTokenInjector({ getToken: endpoint('/session/token', { method: 'POST' }) });
 * @example
 * // RFC 6749, section 6. The cookie that has the refresh token comes along by itself.
 * const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'app' });
 * await registerTokenInjector({ getToken: endpoint('/oauth/token', { body }), identity: userId });
 */
export function endpoint(url: string | URL, options: EndpointOptions = {}): TokenProvider {
  return (request) => askEndpoint(request, url, options);
}

/** @param redirect `'manual'` where what is sent is a token: with 307 and 308 a body goes along to any origin */
export async function askEndpoint(
  request: TokenRequest,
  url: string | URL,
  { method, credentials = 'same-origin', headers = {}, body, field, header }: EndpointOptions,
  redirect: RequestRedirect = 'follow',
): Promise<TokenResult> {
  const isForm = body instanceof URLSearchParams;
  const response = await request.fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    credentials,
    redirect,
    cache: 'no-store',
    signal: request.signal,
    // A form says itself what it is.
    headers: body === undefined || isForm ? headers : { 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  const at = `The token endpoint ${String(url).replace(/[?#].*/, '')}`;
  if (response.redirected && response.type === 'cors') throw new Error(`${at} redirected to another origin.`);
  const isRedirect = response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400);
  if (isRedirect) {
    throw new Error(`${at} redirects, and a token is not sent on. Name the address that it leads to.`);
  }
  if (!response.ok) throw new EndpointError(at, response.status, await oauthError(response));
  if (header !== undefined) {
    const token = response.headers.get(header);
    if (!token) throw new Error(`${at} answered without the header ${header}.`);
    return { token };
  }
  const answer: unknown = await response.json().catch(() => undefined);
  const token =
    field === undefined ? (pick(answer, 'access_token') ?? pick(answer, 'token')) : pick(answer, field);
  if (typeof token !== 'string') {
    throw new Error(`${at} answered without a string in "${field ?? 'access_token" or "token'}".`);
  }
  const expiresIn = seconds(pick(answer, 'expires_in'));
  const expiresAt = seconds(pick(answer, 'expires_at'));
  return {
    token,
    ...(expiresIn === undefined ? {} : { expiresIn }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** RFC 6749, section 5.2; only what looks like one of its codes, since the message may be logged. */
async function oauthError(response: Response): Promise<string> {
  const code = pick(await response.json().catch(() => undefined), 'error');
  return typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? code : '';
}

function pick(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, name) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
          ? (inner as Record<string, unknown>)[name]
          : undefined,
      value,
    );
}

/** A number, or one in a text, as some servers have it. */
function seconds(value: unknown): number | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

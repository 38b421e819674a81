import type { TokenProvider, TokenResult } from '../page/options.js';

/** How to ask an endpoint, and where its answer has the token. */
export interface EndpointOptions {
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST';
  /** @default 'same-origin' */
  readonly credentials?: RequestCredentials;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, with POST. */
  readonly body?: unknown;
  /** The field of a JSON answer that has the token; dots lead inwards. @default 'access_token', else 'token' */
  readonly field?: string;
  /** A response header that has the token, in place of a field. */
  readonly header?: string;
}

/**
 * A token from a back end of one's own: a heartbeat, a session endpoint, `/oauth/token` with an HttpOnly cookie. The
 * answer's `expires_in` and `expires_at` (RFC 6749, section 5.1; seconds) count, and so does a JWT's own `exp`: the earliest of them.
 * The call passes the worker, so the endpoint may be below a covered path.
 *
 * @throws {Error} where the endpoint does not answer 2xx, or its answer has no token
 * @example
 * await registerTokenInjector({ getToken: endpoint('/session/token', { method: 'POST' }) });
 */
export function endpoint(url: string | URL, options: EndpointOptions = {}): TokenProvider {
  const { method = 'GET', credentials = 'same-origin', headers = {}, body, field, header } = options;
  return async (request): Promise<TokenResult> => {
    const response = await request.fetch(url, {
      method,
      credentials,
      cache: 'no-store',
      signal: request.signal,
      headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const at = `The token endpoint ${String(url).replace(/[?#].*/, '')}`;
    if (response.redirected && response.type === 'cors')
      throw new Error(`${at} redirected to another origin.`);
    if (!response.ok) throw new Error(`${at} answered ${response.status}.`);
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
  };
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

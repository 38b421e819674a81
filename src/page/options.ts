import type { GivenWorkerOptions, WorkerOptions } from '../core/options.js';
import type { RefreshReason } from '../core/protocol.js';
import { isText, resolveWorkerOptions, take } from '../core/validate-options.js';

/** What the provider is told when it is called. */
export interface TokenRequest {
  /** Why a token is needed: the first one; the old one runs out, has run out, was refused; or the app insists. */
  readonly reason: RefreshReason;
  /** How long the new token should last at least. Seconds. */
  readonly minValiditySeconds: number;
  /** The token to be replaced. */
  readonly previousToken?: string;
  /** Aborted when `getTokenTimeoutSeconds` are over: nobody waits for this call any more. */
  readonly signal: AbortSignal;
  /** `fetch` past the worker: a provider that calls a covered path with it cannot wait for itself. */
  readonly fetch: typeof fetch;
}

/** A token and what it does not say itself; needed for opaque tokens. */
export interface TokenResult {
  /** The token alone, without a scheme: `b64token` characters (RFC 6750, section 2.1), below 16 KB. */
  readonly token: string;
  /** Seconds since the epoch. @default the JWT's `exp` */
  readonly expiresAt?: number | undefined;
  /** Seconds from now. Of several ends the earliest counts. */
  readonly expiresIn?: number | undefined;
  /** Whose token it is. @default the `identity` option, else from the JWT's claims */
  readonly identity?: string | undefined;
}

/**
 * Gets a token: the one function that an app must give. It is called by one page at a time for all pages of an
 * identity; what it throws is the `cause` of a `provider-rejected` error.
 *
 * @example
 * const getToken: TokenProvider = async ({ fetch, signal }) => {
 *   const response = await fetch('/session/token', { signal });
 *   return response.text();
 * };
 */
export type TokenProvider = (request: TokenRequest) => Promise<string | TokenResult> | string | TokenResult;

/** Options of {@link registerTokenInjector}: those of the worker, and the page's own. */
export interface TokenInjectorOptions extends GivenWorkerOptions {
  /** The provider; required. */
  readonly getToken: TokenProvider;
  /** Clients that give the same string share a token. @default from the token's claims */
  readonly identity?: string | undefined;
  /** The worker script, on this origin. @default '/bearer-worker.js' */
  readonly workerUrl?: string | URL | { toString(): string } | undefined;
  /** The worker's scope: a path that covers the pages. @default the script's folder */
  readonly scope?: string | undefined;
  /**
   * Whether this page attaches tokens to its own `fetch` and `XMLHttpRequest`: where no worker can control it;
   * always, and the worker serves the rest; or never: then registration rejects where no worker can be had.
   * @default 'fallback'
   */
  readonly inPage?: 'fallback' | 'always' | 'never' | undefined;
}

export interface PageOptions {
  readonly getToken: TokenProvider;
  readonly identity: string | undefined;
  readonly workerUrl: URL;
  readonly scope: string | undefined;
  readonly inPage: 'fallback' | 'always' | 'never';
  readonly worker: WorkerOptions;
}

/**
 * @throws {TokenInjectorError} `invalid-options`, naming the option and what it got
 */
export function resolvePageOptions(given: TokenInjectorOptions, baseUrl: string): PageOptions {
  // Its type only: what stands in its place may be a token.
  take(given, 'getToken', isText(/^function$/), (value) => typeof value);
  const isName = (value: unknown): boolean => value === undefined || isText(/[^]/)(value);
  return {
    getToken: given.getToken,
    identity: take(given, 'identity', isName),
    scope: take(given, 'scope', isName),
    inPage: take(given, 'inPage', isText(/^(fallback|always|never)$/), (value) => value ?? 'fallback'),
    workerUrl: take(
      given,
      'workerUrl',
      (url) => (url as URL).origin === new URL(baseUrl).origin,
      (value) => new URL((value ?? '/bearer-worker.js') as string, baseUrl),
    ),
    worker: resolveWorkerOptions(given),
  } as PageOptions;
}

/**
 * Every error of this library has one of these codes. They are stable.
 *
 * - `invalid-options`: an option is not what it must be; the message names it
 * - `provider-timeout`: `getToken` gave nothing in time
 * - `provider-rejected`: `getToken` threw; its error is the `cause` in the page that was asked
 * - `invalid-token`: `getToken` gave something else than a new token (RFC 6750, section 2.1, below 16 KB)
 * - `expired-token`: `getToken` gave an expired token, twice
 * - `no-client`: no page of this identity could be asked
 * - `reauth-required`: there is no token, and none to be had
 * - `logged-out`: this identity was logged out
 * - `worker-unavailable`: no worker, or it does not answer; the message says why
 * - `protocol-mismatch`: page and worker speak different versions of the protocol
 */
export type ErrorCode =
  | 'invalid-options'
  | 'provider-timeout'
  | 'provider-rejected'
  | 'invalid-token'
  | 'expired-token'
  | 'no-client'
  | 'reauth-required'
  | 'logged-out'
  | 'worker-unavailable'
  | 'protocol-mismatch';

/**
 * The one error class of the library. `message` says what happened, with which value, and what to do;
 * it never holds a token or a part of one. `cause` keeps what was caught.
 *
 * @example
 * try {
 *   await injector.getAccessToken();
 * } catch (error) {
 *   if (isTokenInjectorError(error) && error.code === 'reauth-required') showLogin();
 * }
 */
export class TokenInjectorError extends Error {
  /** Tells it from other errors also where two copies of the library are loaded. */
  override readonly name = 'TokenInjectorError';
  /** Stable; compare this, not the message. */
  readonly code: ErrorCode;

  /** For tests and doubles; the library makes its own. */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Whether a caught value is an error of this library, also where two copies of it are loaded and
 * `instanceof` would not tell.
 *
 * @param value what was caught
 * @example
 * if (isTokenInjectorError(error)) report(error.code);
 */
export function isTokenInjectorError(value: unknown): value is TokenInjectorError {
  return value instanceof Error && value.name === 'TokenInjectorError';
}

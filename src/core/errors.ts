/**
 * Every error of this library has one of these codes; they are stable and documented in the README.
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
  override readonly name = 'TokenInjectorError';
  /** Stable; compare this, not the message. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Whether a caught value is an error of this library, also where two copies of it are loaded and
 * `instanceof` would not tell.
 *
 * @example
 * if (isTokenInjectorError(error)) report(error.code);
 */
export function isTokenInjectorError(value: unknown): value is TokenInjectorError {
  return value instanceof Error && value.name === 'TokenInjectorError';
}

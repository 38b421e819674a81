import { decodeJwt } from 'jose';
import { TokenInjectorError } from './errors.js';

/**
 * A bearer token as the core keeps it. Times are seconds since the epoch by the server's clock; one that is not known
 * is NaN, since every comparison with it is false.
 */
export interface AccessToken {
  readonly value: string;
  /** `iat`. */
  readonly issuedAt: number;
  /** Not known for an opaque token: it is used until it is refused. */
  readonly expiresAt: number;
  readonly receivedAt: number;
  /** When it was asked for, or came with a response, on the scale of generations, which no change of a clock turns back. */
  readonly order: number;
}

export type Claims = Record<string, unknown>;

/** What of a provider's answer makes a token. */
export interface TokenText {
  readonly token?: string | undefined;
  readonly expiresAt?: number | undefined;
  readonly expiresIn?: number | undefined;
}

/**
 * RFC 6750, section 2.1; `Headers` would accept more: `é`, `a, Basic b`, a trailing line feed. Node's servers answer
 * 431 above 16 KB of headers.
 */
const B64TOKEN = /^(?=.{1,16383}$)[\w\-.~+/]+=*$/;

export function isBearerToken(value: unknown): value is string {
  return typeof value === 'string' && B64TOKEN.test(value);
}

/**
 * Reads what a provider or a response header gave, by its form alone; whether it has expired is for
 * {@link isExpired}, once the clock is known.
 *
 * @returns the token, and the claims of a JWT
 * @throws {TokenInjectorError} `invalid-token`
 */
export function readToken(
  { token: value = '', expiresAt, expiresIn }: TokenText,
  nowSeconds: number,
  order: number,
): [AccessToken, Claims | undefined] {
  let claims: Claims | undefined;
  try {
    claims = decodeJwt(value);
  } catch {
    // An opaque token.
  }
  const { iat, exp } = claims ?? {};
  if (!isBearerToken(value) || !isTime(iat) || !isTime(exp)) {
    throw new TokenInjectorError(
      'invalid-token',
      'not RFC 6750 characters, 16 KB or more, or iat or exp is no number',
    );
  }
  // The earliest that is known: a cached answer must not lengthen a JWT's life.
  const ends = [expiresAt, expiresIn === undefined ? undefined : nowSeconds + expiresIn, exp];
  const known = ends.filter((end) => end !== undefined);
  const end = known.length > 0 ? Math.min(...known) : NaN;
  return [{ value, issuedAt: iat ?? NaN, expiresAt: end, receivedAt: nowSeconds, order }, claims];
}

/** `exp − iat`, or from receipt where there is no `iat`. Seconds; NaN where nothing is known. */
export function lifetimeSeconds(token: AccessToken): number {
  return token.expiresAt - (token.issuedAt || token.receivedAt);
}

export function isExpired(token: AccessToken, nowSeconds: number): boolean {
  return token.expiresAt <= nowSeconds;
}

function isTime(value: unknown): value is number | undefined {
  return value === undefined || Number.isFinite(value);
}

import { decodeJwt } from 'jose';
import { TokenInjectorError } from './errors.js';
import type { AskReply } from './protocol.js';

/** A bearer token as the core keeps it. Times are seconds since the epoch by the server's clock. */
export interface AccessToken {
  readonly value: string;
  /** `iat`, where there is one. */
  readonly issuedAt?: number;
  /** Undefined for an opaque token of unknown life: used until it is refused. */
  readonly expiresAt?: number;
  readonly receivedAt: number;
  /** The moment of receipt on the scale of generations, which no change of a clock turns back. */
  readonly order: number;
}

export interface ReadToken {
  readonly token: AccessToken;
  /** All claims of a JWT; undefined for an opaque token. */
  readonly claims: Record<string, unknown> | undefined;
}

/** RFC 6750, section 2.1. `Headers` would accept more: `é`, `a, Basic b`, a trailing line feed. */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Node's servers answer 431 above 16 KB of headers. */
const MAX_TOKEN_LENGTH = 16 * 1024;

/**
 * Reads what a provider or a response header gave, by its form alone; whether it has expired is for
 * {@link isExpired}, once the clock is known.
 *
 * @throws {TokenInjectorError} `invalid-token`
 */
export function readToken(
  answer: Pick<Extract<AskReply, { type: 'answer' }>, 'token' | 'expiresAt' | 'expiresIn'>,
  serverNowSeconds: number,
  order: number,
): ReadToken {
  const value = answer.token;
  if (!B64TOKEN.test(value)) {
    throw invalid(`a string of ${value.length} characters, not all of them RFC 6750 token characters`);
  }
  if (value.length >= MAX_TOKEN_LENGTH) {
    throw invalid(`a token of ${value.length} characters; servers refuse headers above ${MAX_TOKEN_LENGTH}`);
  }
  const claims = claimsOf(value);
  const issuedAt = time(claims, 'iat');
  const expiresAt =
    answer.expiresAt ??
    (answer.expiresIn === undefined ? time(claims, 'exp') : serverNowSeconds + answer.expiresIn);
  return {
    token: {
      value,
      receivedAt: serverNowSeconds,
      order,
      ...(issuedAt === undefined ? {} : { issuedAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
    claims,
  };
}

/** Whether `a` was issued after `b`; of two issued in the same second, or of unknown age, the one received later. */
export function isNewer(a: AccessToken, b: AccessToken | undefined): boolean {
  if (!b) return true;
  if (a.issuedAt === undefined || b.issuedAt === undefined || a.issuedAt === b.issuedAt)
    return a.order > b.order;
  return a.issuedAt > b.issuedAt;
}

/** `exp − iat`, or from receipt where there is no `iat`. Seconds; infinite where nothing is known. */
export function lifetimeSeconds(token: AccessToken): number {
  return token.expiresAt === undefined ? Infinity : token.expiresAt - (token.issuedAt ?? token.receivedAt);
}

export function isExpired(token: AccessToken, serverNowSeconds: number): boolean {
  return token.expiresAt !== undefined && token.expiresAt <= serverNowSeconds;
}

function claimsOf(value: string): Record<string, unknown> | undefined {
  try {
    return decodeJwt(value);
  } catch {
    return undefined;
  }
}

function time(claims: Record<string, unknown> | undefined, name: 'iat' | 'exp'): number | undefined {
  const value = claims?.[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalid(`a JWT whose "${name}" is no number`);
}

function invalid(what: string): TokenInjectorError {
  return new TokenInjectorError(
    'invalid-token',
    `getToken gave ${what}. It must give a bearer token, or { token, expiresAt }.`,
  );
}

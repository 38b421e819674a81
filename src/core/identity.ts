import type { Claims } from './token.js';

/**
 * "Whose token": the key of a slot. Three kinds, told apart by their prefix, so that no string that an app
 * chooses can meet a derived one.
 */
export type Identity = `id:${string}` | `claims:${string}` | `client:${string}`;

/** The identity that the app named. */
export function namedIdentity(identity: string): Identity {
  return `id:${identity}`;
}

/** An identity that one client has for itself alone: before it is known, or with an opaque token. */
export function privateIdentity(clientId: string): Identity {
  return `client:${clientId}`;
}

/**
 * Equal exactly when all claims but `iat`, `exp`, `nbf` and `jti` are equal, in whatever order.
 *
 * @throws {RangeError} where they cannot be told apart: an integer beyond 2^53 has lost digits (RFC 8259, section 6)
 */
export async function derivedIdentity(
  claims: Claims,
  digest: (text: string) => Promise<string>,
): Promise<Identity> {
  return `claims:${await digest(canonical({ ...claims, iat: 0, exp: 0, nbf: 0, jti: 0 }))}`;
}

/** What an app sees of it: the string that it gave, or ours. */
export function publicIdentity(identity: Identity): string {
  return identity.replace(/^id:/, '');
}

/** JSON with sorted keys (as in RFC 8785, of values that came out of JSON). */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'number' && Math.abs(inner) > Number.MAX_SAFE_INTEGER) throw new RangeError();
    return typeof inner === 'object' && inner && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner;
  });
}

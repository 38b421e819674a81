/**
 * "Whose token": the key of a slot. Three kinds, told apart by their prefix, so that no string that an app
 * chooses can meet a derived one.
 */
export type Identity = `id:${string}` | `claims:${string}` | `client:${string}`;

/** These differ between two tokens of one user; everything else tells users, tenants and contexts apart. */
const NOT_IDENTIFYING = new Set(['iat', 'exp', 'nbf', 'jti']);

/** The identity that the app named. */
export function namedIdentity(identity: string): Identity {
  return `id:${identity}`;
}

/** An identity that one client has for itself alone: before it is known, or with an opaque token. */
export function privateIdentity(clientId: string): Identity {
  return `client:${clientId}`;
}

/** Equal exactly when all claims but `iat`, `exp`, `nbf` and `jti` are equal, in whatever order. */
export async function derivedIdentity(
  claims: Record<string, unknown>,
  digest: (text: string) => Promise<string>,
): Promise<Identity> {
  const entries = Object.entries(claims).filter(([name]) => !NOT_IDENTIFYING.has(name));
  return `claims:${await digest(canonical(Object.fromEntries(entries)))}`;
}

/** What an app sees of it: the string that it gave, or ours. */
export function publicIdentity(identity: Identity): string {
  return identity.startsWith('id:') ? identity.slice(3) : identity;
}

/** JSON with sorted keys (as in RFC 8785, of values that came out of JSON). */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

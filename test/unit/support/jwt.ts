let serial = 0;

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** A JWT of these claims. Nobody here verifies it; the signature makes each one different. */
export function jwt(claims: Record<string, unknown>, header: object = { alg: 'HS256', typ: 'JWT' }): string {
  const signature = Buffer.from(`signature of token ${++serial}`).toString('base64url');
  return `${encode(header)}.${encode(claims)}.${signature}`;
}

/** The parts of a token that nobody may read anywhere; the header is the same in all. */
export function secretsOf(token: string): string[] {
  return token.split('.').length === 3 ? token.split('.').slice(1) : [token];
}

/** `sub` of a token that was made here. */
export function subOf(token: string | undefined): string | undefined {
  return token === undefined ? undefined : claimsOf(token).sub;
}

/** `exp` of a token that was made here. */
export function expiryOf(token: string | undefined): number {
  return claimsOf(token ?? '').exp;
}

function claimsOf(token: string): { sub: string; exp: number } {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string; exp: number };
}

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

/** `exp` of a token that was made here. */
export function expiryOf(token: string | undefined): number {
  const [, payload = ''] = (token ?? '').split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number }).exp;
}

/** The issuer and the server of the simulated world: who minted what, and what the server takes. */
export interface Minted {
  readonly text: string;
  readonly user: string;
  readonly expiresAt: number;
  revoked: boolean;
}

export class Issuer {
  readonly minted = new Map<string, Minted>();
  #count = 0;

  /** @param nowMs the server's own clock */
  mint(user: string, nowMs: number, lifetimeSeconds: number, opaque: boolean): string {
    const iat = Math.floor(nowMs / 1000);
    const exp = iat + lifetimeSeconds;
    const claims = { iss: user.split('/')[0], sub: user, iat, exp, jti: String(this.#count++) };
    const text = opaque
      ? `opaque-${this.#count++}`
      : `${encode({ alg: 'HS256' })}.${encode(claims)}.c2lnbmF0dXJl`;
    this.minted.set(text, { text, user, expiresAt: exp, revoked: false });
    return text;
  }

  accepts(text: string | undefined, nowMs: number): boolean {
    const minted = text === undefined ? undefined : this.minted.get(text);
    return minted !== undefined && !minted.revoked && minted.expiresAt * 1000 > nowMs;
  }

  revoke(user: string): void {
    for (const minted of this.minted.values()) if (minted.user === user) minted.revoked = true;
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

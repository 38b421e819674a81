import { SignJWT } from 'jose';

const SECRET = new TextEncoder().encode('a secret of the benchmark, and of nothing else');

/** What the server knows of the tokens that it has given out; so each check costs the same, and hardly anything. */
export class Tokens {
  readonly #expiresAtMs = new Map<string, number>();
  /** How many have been given to each contestant. */
  readonly given = new Map<string, number>();
  #serial = 0;

  async issue(to: string, lifeSeconds: number, claims: object = {}): Promise<string> {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const token = await new SignJWT({ ...claims, jti: String(++this.#serial) })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + lifeSeconds)
      .sign(SECRET);
    return this.#give(token, to, (nowSeconds + lifeSeconds) * 1000);
  }

  /** For lives of less than a second, which a JWT cannot say. */
  issueOpaque(to: string, lifeSeconds: number): string {
    return this.#give(`opaque-${++this.#serial}-of-${to}`, to, Date.now() + lifeSeconds * 1000);
  }

  isGood(authorization: string | undefined): boolean {
    const token = authorization?.split(' ')[1] ?? '';
    return (this.#expiresAtMs.get(token) ?? 0) > Date.now();
  }

  #give(token: string, to: string, expiresAtMs: number): string {
    this.#expiresAtMs.set(token, expiresAtMs);
    this.given.set(to, (this.given.get(to) ?? 0) + 1);
    return token;
  }
}

import { randomUUID } from 'node:crypto';
import { SignJWT, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';

/** Whose token it is; every claim of it is part of the identity that a page's token gives away. */
export interface Holder {
  readonly iss: string;
  readonly sub: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

export type Verdict = 'good' | 'missing' | 'repeated' | 'no-bearer' | 'forged' | 'expired' | 'revoked';

export interface Judgement {
  readonly verdict: Verdict;
  readonly claims?: JWTPayload;
}

export interface IssuedToken {
  readonly token: string;
  readonly id: string;
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

/** Signs the tokens and, for the back end, judges them: by signature, its own clock and what was revoked. */
export class TokenIssuer {
  readonly #secret = new TextEncoder().encode(randomUUID() + randomUUID());
  readonly #revoked = new Set<string>();
  readonly #opaque = new Map<string, JWTPayload>();
  readonly issued: IssuedToken[] = [];
  /** What the clock of the app's servers differs from ours. */
  shiftMs = 0;
  /** How old a token is when it is handed out: a host may hold what it got a while ago. */
  ageSeconds = 0;

  nowMs(): number {
    return Date.now() + this.shiftMs;
  }

  async issue(holder: Holder, lifeSeconds: number, ageSeconds = this.ageSeconds): Promise<IssuedToken> {
    const id = randomUUID();
    const issuedAtSeconds = Math.floor(this.nowMs() / 1000) - ageSeconds;
    const expiresAtSeconds = issuedAtSeconds + lifeSeconds;
    const token = await new SignJWT({ ...holder, iat: issuedAtSeconds, exp: expiresAtSeconds, jti: id })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(this.#secret);
    const issued = { token, id, issuedAtSeconds, expiresAtSeconds };
    this.issued.push(issued);
    return issued;
  }

  /** A token that says nothing of itself; good until it is revoked. */
  issueOpaque(holder: Holder): IssuedToken {
    const id = randomUUID();
    const token = `opaque.${id}`;
    this.#opaque.set(token, { ...holder, jti: id });
    const issued = {
      token,
      id,
      issuedAtSeconds: Math.floor(this.nowMs() / 1000),
      expiresAtSeconds: Infinity,
    };
    this.issued.push(issued);
    return issued;
  }

  revokeAll(): void {
    for (const { id } of this.issued) this.#revoked.add(id);
  }

  async judge(authorization: readonly string[]): Promise<Judgement> {
    const [only, ...more] = authorization;
    if (only === undefined) return { verdict: 'missing' };
    if (more.length > 0 || only.includes(',')) return { verdict: 'repeated' };
    if (!only.startsWith('Bearer ')) return { verdict: 'no-bearer' };
    const token = only.slice('Bearer '.length);
    try {
      const claims = this.#opaque.get(token) ?? (await this.#verified(token));
      return { verdict: this.#revoked.has(claims.jti ?? '') ? 'revoked' : 'good', claims };
    } catch (error) {
      return { verdict: Reflect.get(Object(error), 'code') === 'ERR_JWT_EXPIRED' ? 'expired' : 'forged' };
    }
  }

  async #verified(token: string): Promise<JWTPayload> {
    const currentDate = new Date(this.nowMs());
    const { payload } = await jwtVerify(token, this.#secret, { algorithms: ['HS256'], currentDate });
    return payload;
  }
}

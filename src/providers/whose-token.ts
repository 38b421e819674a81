import { decodeJwt } from 'jose';
import type { TokenResult } from '../page/options.js';

/**
 * The token, and whose it is by a few of its claims, for hosts that put something new into each token besides `iat`,
 * `exp` and `jti`: by all the others each token would be another user's.
 *
 * @param names of the claims; where one is missing, it is for all claims to tell
 */
export function whoseToken(token: string, names: readonly string[]): TokenResult {
  let claims: Readonly<Record<string, unknown>>;
  try {
    claims = decodeJwt(token);
  } catch {
    return { token };
  }
  const values = names.map((name) => claims[name]);
  // None may be taken for two.
  const isTold = values.every((value) => typeof value === 'string' && /^\S+$/.test(value));
  return isTold ? { token, identity: values.join(' ') } : { token };
}

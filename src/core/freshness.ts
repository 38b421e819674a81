import { lifetimeSeconds, type AccessToken } from './token.js';

/** `fresh`: send. `expiring`: send, and refresh in the background. `stale`: refresh first. `expired`: useless. */
export type Freshness = 'fresh' | 'expiring' | 'stale' | 'expired';

/**
 * How a token stands at a moment, by what is left of it.
 *
 * `minValiditySeconds` is clamped to half the lifetime, so that a token of 60 s is not replaced at every request.
 * The window reaches at least half of its own width above that: with a token of 60 s, 30 s and a window of 0.2
 * (12 s), requests would otherwise begin to wait before a refresh in the background had begun.
 *
 * @param refreshWindow fraction of the lifetime
 */
export function freshness(
  token: AccessToken,
  nowSeconds: number,
  minValiditySeconds: number,
  refreshWindow: number,
): Freshness {
  // All comparisons with a token of unknown life are false.
  const left = token.expiresAt - nowSeconds;
  const lifetime = lifetimeSeconds(token);
  const min = Math.min(minValiditySeconds, lifetime / 2);
  const window = refreshWindow * lifetime;
  if (left <= 0) return 'expired';
  if (left < min) return 'stale';
  return left < Math.max(window, min + window / 2) ? 'expiring' : 'fresh';
}

import { privateIdentity, type Identity } from './identity.js';
import type { Slot } from './slot.js';
import type { ClientRecord } from './state.js';
import { isExpired } from './token.js';
import type { Living } from './who-lives.js';

/**
 * Longer than any refresh can be under way, so that none outlives the generation that would refuse it; and than most
 * pages are frozen, one of which may attach its tokens itself and not have heard of the logout.
 */
const KEEP_CLOSED_MS = 24 * 3600_000;

/** A token of unknown life that no page is left to use. */
const KEEP_ENDLESS_SECONDS = 24 * 3600;

/** Drops the clients that are gone, and the slots that nobody is left to use. */
export function prune(
  clients: Map<string, ClientRecord>,
  slots: Map<Identity, Slot>,
  { ids, asOf }: Living,
  nowSeconds: number,
  nowMs: number,
): void {
  // One that has come since the list was made is not on it.
  for (const [id, { changedAt }] of clients) if (!ids.has(id) && changedAt < asOf) clients.delete(id);
  const wanted = new Set([...clients.values()].map((client) => client.identity));
  for (const [identity, { token, generation, refresh }] of slots) {
    const hasNoEnd =
      token && Number.isNaN(token.expiresAt) && nowSeconds - token.receivedAt > KEEP_ENDLESS_SECONDS;
    const useless = !token || isExpired(token, nowSeconds) || hasNoEnd;
    const settled = nowMs - generation > KEEP_CLOSED_MS;
    const ownerGone = identity.startsWith(privateIdentity(''));
    if (!wanted.has(identity) && !refresh && (ownerGone || (useless && settled))) slots.delete(identity);
  }
}

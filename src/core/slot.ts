import { freshness, type Freshness } from './freshness.js';
import { isWaiting, type Backoff } from './backoff.js';
import { publicIdentity, type Identity } from './identity.js';
import type { RefreshReason } from './protocol.js';
import { isExpired, type AccessToken } from './token.js';

/** How a slot's token stands; a refused one is as good as none. */
export type Standing = Freshness | 'none' | 'refused';

/** `taken`: there is a newer token. `kept`: the provider has none newer. `moved`: the client is someone else. */
export type RefreshOutcome = 'taken' | 'kept' | 'moved';

/** What of a slot outlives a worker. */
export interface SlotRecord {
  /** Raised by logout; what was begun under an older generation is dropped. */
  generation: number;
  /** Logged out: no provider is called until a page registers again. */
  closed: boolean;
  token: AccessToken | undefined;
}

/** A refresh that has not ended. */
interface UnderWay {
  readonly reason: RefreshReason;
  /** The client that it was begun for. */
  readonly requester: string;
  readonly outcome: Promise<RefreshOutcome>;
  cancel(): void;
}

/** All that is known of one identity's token. */
export interface Slot extends SlotRecord {
  readonly identity: Identity;
  /** The token that the server refused last, while it is still the current one. */
  refused?: string | undefined;
  /** The one refresh under way; whoever needs a token waits for it. */
  refresh?: UnderWay | undefined;
  /** Of a client of unknown identity: the one that it was logged out of, as it was told of it. */
  formerly?: string | undefined;
  /** After refreshes that failed, or brought nothing better. */
  readonly backoff: Backoff;
  /** The last refresh ended in an error; otherwise the backoff is only about a token that was no better. */
  hasFailed: boolean;
  /** After new tokens refused at their first use: until then refusals are believed to be the path's own. */
  readonly refusals: Backoff;
  /** The last such token. */
  doubted?: string | undefined;
  /** `reauthRequired` was said, and nothing has come since. */
  lost: boolean;
  /** What its pages have been told last, or are about to be, as `toTell` has it; what this core found when it began. */
  told?: string | true | undefined;
  readonly counters: Counters;
}

/** Since the worker started. */
export interface Counters {
  /** Covered requests that went with a token. */
  requests: number;
  /** Waits for a refresh. */
  waited: number;
  /** Requests sent again after a refused token. */
  retried: number;
  /** Refreshes that brought a token. */
  refreshes: number;
  /** Calls of a provider. */
  providerCalls: number;
}

export function createSlot(identity: Identity): Slot {
  return {
    identity,
    generation: 0,
    closed: false,
    token: undefined,
    backoff: { untilMs: 0, failures: 0 },
    hasFailed: false,
    refusals: { untilMs: 0, failures: 0 },
    lost: false,
    counters: { requests: 0, waited: 0, retried: 0, refreshes: 0, providerCalls: 0 },
  };
}

/** Whether a page that registered then did so after the logout: one that is written back by whoever slept counts no more. */
export function isReopened({ closed, generation }: SlotRecord, registeredAt = 0): boolean {
  return closed && registeredAt > generation;
}

/** What there is to tell of it: that it is logged out, or which token there is. */
export function toTell({ closed, token }: SlotRecord): string | true | undefined {
  return closed || token?.value;
}

/** What the event `tokenRefreshed` says of a slot. */
export function refreshedDetail({ identity, token }: Slot, reason: RefreshReason | undefined): object {
  return { expiresAt: token?.expiresAt || null, reason, identity: publicIdentity(identity) };
}

export function standingOf(
  slot: Slot,
  nowSeconds: number,
  minValiditySeconds: number,
  refreshWindow: number,
): Standing {
  const { token } = slot;
  if (!token || slot.closed) return 'none';
  return slot.refused === token.value
    ? 'refused'
    : freshness(token, nowSeconds, minValiditySeconds, refreshWindow);
}

/**
 * Makes it the current token. Ignored are the same again, and one issued before the current one while that is of use
 * (a provider's cache is old, or two answers crossed).
 */
export function take(slot: Slot, token: AccessToken, nowSeconds: number): boolean {
  const { token: current, refused } = slot;
  const isOfUse = current && current.value !== refused && !isExpired(current, nowSeconds);
  if (slot.closed || token.value === current?.value || (isOfUse && token.issuedAt < current.issuedAt))
    return false;
  slot.token = token;
  // Whoever sends word of it while it is being stored is answered by what its pages hear then.
  slot.told = token.value;
  slot.formerly = undefined;
  slot.lost = false;
  slot.backoff.untilMs = 0;
  return true;
}

/** Whether no refresh may be tried yet. A refused token does not wait for a provider that only had none better. */
export function backsOff({ token, refused, backoff, hasFailed }: Slot, nowMs: number): boolean {
  return (hasFailed || refused !== token?.value) && isWaiting(backoff.untilMs, nowMs);
}

/**
 * The token, if it may still be sent while there is no better one. A refused token may: if it was refused for
 * one path's own reasons the others go on, and if it was refused for good a request without it fares no better. Not
 * one of unknown life once the session is lost, which nothing else would ever end.
 */
export function lastResort(slot: Slot, nowSeconds: number): AccessToken | undefined {
  const { token } = slot;
  if (!token || slot.closed || isExpired(token, nowSeconds)) return undefined;
  const isEnded = slot.lost && slot.refused === token.value && Number.isNaN(token.expiresAt);
  return isEnded ? undefined : token;
}

/** Begins a generation: no token, nothing under way to replace it, and nothing held against the next. */
export function beginGeneration(slot: Slot, generation: number, closed: boolean): void {
  slot.generation = generation;
  slot.closed = closed;
  slot.refresh?.cancel();
  slot.token = slot.refused = slot.refresh = undefined;
  slot.lost = false;
  slot.told = toTell(slot);
  slot.backoff.untilMs = 0;
}

/** Takes in what others have stored of a slot, where by `merge` that counts more. */
export function absorbStored(slot: Slot, stored: SlotRecord): void {
  const { generation, closed, token } = merge(slot, stored);
  if (generation !== slot.generation) slot.refresh?.cancel();
  // Open again, it can be logged out again.
  if (slot.closed && !closed) slot.told = undefined;
  slot.generation = generation;
  slot.closed = closed;
  slot.token = token;
}

/**
 * Of two records of one slot: the higher generation wins; within one, a logout, then the token received last. A total
 * order, so that cores which meet the same records in whatever order end with the same one.
 */
export function merge(a: SlotRecord, b: SlotRecord): SlotRecord {
  const [inA, inB] = [rank(a), rank(b)];
  const first = inA.findIndex((value, index) => value !== inB[index]);
  return first >= 0 && (inA[first] ?? 0) < (inB[first] ?? 0) ? b : a;
}

function rank({ generation, closed, token }: SlotRecord): (number | string)[] {
  return [generation, Number(closed), token?.order ?? 0, token?.value ?? ''];
}

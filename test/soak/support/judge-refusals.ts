import type { SeenRequest } from '../../browser/support/seen-requests.js';
import { type Deed, type History, type Span, tabOf } from './history.js';
import { isKnown, type KnownCall } from './judge-provider-calls.js';
import { GET_TOKEN_TIMEOUT_SECONDS } from './limits.js';
import type { PageOutcome, Verdicts } from './verdicts.js';

/** A whole refresh: its bound, and the second that a page which does not answer is waited for. */
const REFRESH_MS = (3 * GET_TOKEN_TIMEOUT_SECONDS + 1) * 1000;

/** From the token host to the page that asked, and from there to whoever waits. */
const ON_ITS_WAY_MS = 500;

/** A worker that a page registers claims the others some milliseconds after. */
const CLAIM_MS = 1000;

/**
 * For how long a deed explains a 401 after its end. No longer than a refresh may take, since each of these can spoil
 * one refresh: the pages that were asked are gone, or the tokens that came are worth nothing.
 */
const EXPLAINS: Partial<Record<Deed, number>> = {
  // No provider is called until a page registers.
  'logs out': 0,
  'stays logged out': 0,
  registers: 0,
  offline: REFRESH_MS,
  // What had been fetched before, and the one retry.
  'tokens revoked': 0,
  // Where it froze as it was asked, that refresh has failed, and for a second no other is tried.
  frozen: 1500,
  'put away': 1500,
  // The pages have neither worker nor lane until they hear of it.
  'site data cleared': REFRESH_MS,
};

/** A page saw a 401: why, or that there was no reason. */
export function judgeRefusal(
  outcome: PageOutcome,
  seen: readonly SeenRequest[],
  calls: readonly KnownCall[],
  history: History,
  verdicts: Verdicts,
): void {
  const { page, kind, number, startedAtMs, endedAtMs } = outcome;
  const reason = reasonFor(outcome, calls, history);
  verdicts.count(reason ? `401 seen: ${reason}` : '401 seen: no reason');
  if (reason) return;
  const users = history.usersOf(page, startedAtMs, endedAtMs).join(', ');
  const attempts = seen.map(({ judgement, status }) => `${judgement.verdict} → ${status}`).join(', ');
  const detail = `${users}'s, ${endedAtMs - startedAtMs} ms, seen by the server: ${attempts}`;
  verdicts.violate('a 401 without a reason', `${page} ${kind} ${number}`, detail, endedAtMs);
}

/** Also for what was answered well: how many requests would have had no excuse. */
export function reasonFor(
  { page, kind, startedAtMs, endedAtMs }: PageOutcome,
  calls: readonly KnownCall[],
  history: History,
): string | undefined {
  const users = history.usersOf(page, startedAtMs, endedAtMs);
  const who = [page, tabOf(page), ...users];
  for (const [deed, afterMs] of Object.entries(EXPLAINS) as [Deed, number][]) {
    if (history.find([deed], who, startedAtMs - afterMs, endedAtMs).length > 0) return deed;
  }
  // Without one a page attaches tokens to what it fetches, and that is all.
  const isBare = history.find(['no worker'], who, startedAtMs - CLAIM_MS, endedAtMs).length > 0;
  const isCutOff = history.find(['cut off'], [page], startedAtMs, endedAtMs).length > 0;
  if (kind === 'image' && (isBare || isCutOff)) return 'a picture and no worker';
  const own = calls.filter(({ user, issued }) => issued && users.includes(user));
  const isTheirs = ({ who: tab, fromMs, toMs }: Span): boolean =>
    users.some((user) => history.pagesOf(user, fromMs, toMs).some((each) => tabOf(each) === tab));
  const failures = history.find(['provider fails'], undefined, 0, endedAtMs).filter(isTheirs);
  // A page that is not known yet has only its own provider: what others of its user get is no help to it.
  const healing = isKnown(page, startedAtMs, calls, history) ? own : [];
  if (isUnhealed(failures, startedAtMs, healing)) return 'provider fails';
  const logouts = history.find(['logged out', 'perhaps logged out'], users, 0, endedAtMs);
  return isUnhealed(logouts, startedAtMs, own) ? 'logged out' : undefined;
}

/**
 * Failures back off for as long again as they have lasted, doubled, and a refresh may be under way. A token that is
 * handed out ends it, as it ends the time after a page of a logged-out user has registered.
 */
function isUnhealed(faults: readonly Span[], atMs: number, calls: readonly KnownCall[]): boolean {
  let ailingSinceMs = -Infinity;
  let wellAtMs = -Infinity;
  for (const { fromMs, toMs } of faults) {
    if (fromMs > wellAtMs) ailingSinceMs = fromMs;
    const waitedMs = toMs + 2 * (toMs - ailingSinceMs) + 2000 + REFRESH_MS;
    const handedOut = calls.find(({ issued }) => issued && issued.handedOutAtMs > toMs);
    const takenMs = (handedOut?.issued?.handedOutAtMs ?? Infinity) + ON_ITS_WAY_MS;
    wellAtMs = Math.max(wellAtMs, Math.min(waitedMs, takenMs));
  }
  return atMs <= wellAtMs;
}

import { decodeJwt } from 'jose';
import type { SeenRequest } from '../../browser/support/seen-requests.js';
import { type History, tabOf } from './history.js';
import type { Verdicts } from './verdicts.js';

/** From the token's being attached to its arrival here, on a busy machine. */
const ON_ITS_WAY_MS = 1000;

/** A page in its own lane learns by the BroadcastChannel of a logout elsewhere. */
const HEARSAY_MS = 100;

/** Whose token came, and whether that user was logged out; by the page and the moment that the request's URL says. */
export function judgeRequest(request: SeenRequest, history: History, verdicts: Verdicts): void {
  const { searchParams } = new URL(request.url, 'http://app');
  const page = searchParams.get('page');
  if (page === null) return;
  verdicts.count(`sent, token ${request.judgement.verdict}`);
  const sub = subjectOf(request);
  if (sub === undefined) return;
  const { arrivedAtMs } = request;
  const sentAtMs = Number(searchParams.get('at'));
  const who = `${page} ${request.method} ${request.url}`;
  if (!history.usersOf(page, sentAtMs, arrivedAtMs).includes(sub)) {
    const users = history.usersOf(page, sentAtMs, arrivedAtMs).join(', ');
    verdicts.violate('a token of another tenant', who, `${sub}'s, in a tab of ${users}`, arrivedAtMs);
  }
  for (const { fromMs } of history.find(['logged out'], [sub], arrivedAtMs)) {
    const isBegunAfter = sentAtMs > fromMs;
    const isLate = arrivedAtMs > fromMs + ON_ITS_WAY_MS;
    if (!isBegunAfter && !isLate) continue;
    const wokenAtMs = Math.max(fromMs, ...wakings(history, page, fromMs, arrivedAtMs));
    if (verdicts.ownLanes.has(page) && sentAtMs <= wokenAtMs + HEARSAY_MS) {
      verdicts.count('tokens sent by a lane that had not heard of the logout yet');
    } else {
      const afterMs = `${sentAtMs - fromMs} ms after it begun, ${arrivedAtMs - fromMs} ms after it arrived`;
      verdicts.violate('a token after logout', who, `${sub}'s, ${afterMs}`, arrivedAtMs);
    }
  }
}

/** When the page was given back to its user in that time, and could hear again. */
function wakings(history: History, page: string, fromMs: number, toMs: number): number[] {
  const away = history.find(['frozen', 'put away'], [tabOf(page)], fromMs, toMs);
  return away.map((span) => span.toMs).filter((ms) => ms <= toMs);
}

/** Read from the token itself: also one that has expired is somebody's. */
function subjectOf({ authorization, judgement }: SeenRequest): string | undefined {
  const [only] = authorization;
  if (only === undefined) return undefined;
  return (judgement.claims ?? decodeJwt(only.slice('Bearer '.length))).sub;
}

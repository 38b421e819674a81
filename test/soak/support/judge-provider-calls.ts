import type { ProviderCall } from '../../browser/support/token-host.js';
import { type Deed, type History, tabOf } from './history.js';
import { GET_TOKEN_TIMEOUT_SECONDS } from './limits.js';
import type { Verdicts } from './verdicts.js';

/** A call that has taken this long may have been given up, by a clock that began before the host heard of it. */
const GIVEN_UP_MS = GET_TOKEN_TIMEOUT_SECONDS * 1000 - 300;

/** From what ends a refresh to the arrival here of what it had asked for. */
const ON_ITS_WAY_MS = 500;

/** A page that was asked and does not acknowledge is passed over after a second, and answers when it is back. */
const PASSED_OVER_MS = 1500;

/** What abandons a call that is under way: nobody waits for it any more, and the next may begin. */
const ABANDONS: readonly Deed[] = [
  'workers stop',
  'site data cleared',
  'store damaged',
  'offline',
  'leaves',
  'registers',
  'logs out',
];

/** After these the pages' identities are not known, and each is asked for its own. */
const FORGETS: readonly Deed[] = ['registers', 'site data cleared', 'store damaged'];

/** A call, and as whose it counts; undefined where the injector could not know whose it would be. */
export interface KnownCall extends ProviderCall {
  readonly page: string;
  readonly user: string;
}

/** Whose a call was by the page that made it. */
export function withUsers(calls: readonly ProviderCall[], history: History): KnownCall[] {
  return calls.flatMap((call) => {
    const spans = history
      .find(['user'], undefined, call.startedAtMs)
      .filter(({ who }) => tabOf(who) === call.tab);
    const last = spans.at(-1);
    return last ? [{ ...call, page: last.who, user: last.about }] : [];
  });
}

/** Two calls at once for one user, both of pages whose user was known to the injector, and neither abandoned. */
export function judgeCalls(
  calls: readonly KnownCall[],
  fromMs: number,
  history: History,
  verdicts: Verdicts,
): void {
  // A page in a lane of its own has two injectors to be known to: the other asks for itself, once it has to know.
  const isOthers = ({ page, reason }: KnownCall): boolean =>
    reason === 'initial' && verdicts.ownLanes.has(page);
  const known = calls.filter(
    (call) => isKnown(call.page, call.startedAtMs, calls, history) && !isOthers(call),
  );
  for (const later of known) {
    if (later.startedAtMs < fromMs) continue;
    verdicts.count('provider calls judged');
    for (const earlier of known) {
      if (earlier === later || earlier.user !== later.user || earlier.startedAtMs > later.startedAtMs)
        continue;
      if (endOf(earlier) <= later.startedAtMs) continue;
      if (isExcused(earlier, later, history)) {
        verdicts.count('provider calls at once, the first abandoned');
        continue;
      }
      const detail = [earlier, later].map(
        ({ page, reason, behaviour, startedAtMs }) =>
          `${page} (${reason}, ${behaviour}) from ${history.seconds(startedAtMs)}`,
      );
      verdicts.violate('two provider calls at once', later.user, detail.join(' and '), later.startedAtMs);
    }
  }
}

/** When its answer was on its way to the page; a fault answers at once, a hanging call is given up. */
function endOf({ behaviour, startedAtMs, issued }: KnownCall): number {
  const givenUpMs = startedAtMs + GIVEN_UP_MS;
  if (behaviour === 'hang') return givenUpMs;
  if (behaviour === 'token') return Math.min(issued?.handedOutAtMs ?? Infinity, givenUpMs);
  return startedAtMs;
}

/** Whether the page had got a token since it registered, or since all was forgotten. */
export function isKnown(page: string, atMs: number, calls: readonly KnownCall[], history: History): boolean {
  // One in the back/forward cache is no client: a worker that cleans up meanwhile forgets it.
  const forgotten = [
    ...history.find(FORGETS, [page], 0, atMs),
    ...history.find(['put away'], [tabOf(page)], 0, atMs),
  ];
  const sinceMs = Math.max(0, ...forgotten.map(({ fromMs, toMs }) => (toMs < atMs ? toMs : fromMs)));
  return calls.some(
    (call) =>
      call.page === page &&
      call.issued !== undefined &&
      call.issued.handedOutAtMs > sinceMs &&
      call.issued.handedOutAtMs < atMs,
  );
}

function isExcused(earlier: KnownCall, later: KnownCall, history: History): boolean {
  const who = [earlier.page, earlier.tab, earlier.user];
  const fromMs = earlier.startedAtMs - ON_ITS_WAY_MS;
  if (history.find(ABANDONS, who, fromMs, later.startedAtMs).length > 0) return true;
  // Chromium keeps the locks of pages from before apart from those of pages that were opened after (seen in 156).
  const openedAtMs = Math.min(...[earlier, later].map(({ page }) => openedAt(page, history)));
  if (history.find(['site data cleared'], undefined, openedAtMs, later.startedAtMs).length > 0) return true;
  const tabs = [earlier.tab, later.tab];
  const awayFromMs = earlier.startedAtMs - PASSED_OVER_MS;
  return history.find(['frozen', 'put away'], tabs, awayFromMs, later.startedAtMs).length > 0;
}

function openedAt(page: string, history: History): number {
  return history.find(['user'], [page], 0, Infinity)[0]?.fromMs ?? 0;
}

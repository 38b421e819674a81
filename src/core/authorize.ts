import { acquire, atHand, type Grant } from './acquire.js';
import { tokenRefreshed } from './accept.js';
import { fail, isWaiting } from './backoff.js';
import type { Core } from './core.js';
import { TokenInjectorError } from './errors.js';
import type { RouteRule } from './options.js';
import { refresh } from './refresh.js';
import { backsOff, lastResort, take } from './slot.js';
import { isExpired, readToken } from './token.js';
import { slotOf } from './whose.js';

/** A token that a response brings was issued for it; a second more or less is rounding, the rest our clock. */
const ISSUED_TOLERANCE_SECONDS = 5;

/** A token that is refused sooner after its receipt was hardly revoked. */
const YOUNG_SECONDS = 60;

/** What the core needs to see of a response. */
export interface ResponseFacts {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly type?: string;
  readonly redirected?: boolean;
  readonly url?: string;
}

/** One covered request, as the lane that attaches tokens (worker or page) hands it over. */
export interface Exchange<R extends ResponseFacts> {
  readonly clientId: string;
  readonly url: string;
  readonly rule: RouteRule;
  /** Whether a URL's path is one that gets a token. */
  covers(url: string): boolean;
  /** Whether an answer is another origin's, after a redirect. @default by its type */
  isForeign?(response: R): boolean;
  /** False where it is sent at unload. */
  readonly mayWait: boolean;
  /**
   * Sends the request with the token, or as the page made it; rejects where the page has aborted it.
   *
   * @param isPastCache the browser's cache may hold another user's answer
   */
  send(token: string | undefined, isPastCache?: boolean): Promise<R>;
  /** Sends it again, the same body included; undefined where it may or can not be. */
  readonly resend: ((token: string, isPastCache?: boolean) => Promise<R>) | undefined;
  /** The answer where there is no token and `onUnavailable` is `'fail'`. */
  refuse(error: TokenInjectorError): R;
}

/** One request from token to answer: the when-table, then the 401 rule. */
export function authorize<R extends ResponseFacts>(core: Core, exchange: Exchange<R>): Promise<R> {
  const min = exchange.rule.minValiditySeconds ?? core.options.minValiditySeconds;
  const grant = atHand(core, exchange.clientId, min);
  return grant ? send(core, exchange, grant) : acquireAndSend(core, exchange, min);
}

async function acquireAndSend<R extends ResponseFacts>(
  core: Core,
  exchange: Exchange<R>,
  min: number,
): Promise<R> {
  let grant: Grant | undefined;
  try {
    grant = await acquire(core, exchange.clientId, min, exchange.mayWait);
  } catch (error) {
    if (!(error instanceof TokenInjectorError)) throw error;
    skip(core, exchange, error.code);
    if (exchange.mayWait && core.options.onUnavailable === 'fail') return exchange.refuse(error);
  }
  return grant
    ? send(core, exchange, grant)
    : exchange.send(undefined, core.registry.readers.mayBeAnothers(''));
}

async function send<R extends ResponseFacts>(core: Core, exchange: Exchange<R>, grant: Grant): Promise<R> {
  grant.slot.counters.requests++;
  const { slot, token } = grant;
  const response = await exchange.send(token.value, core.registry.readers.mayBeAnothers(slot.identity));
  if (isForeign(exchange, response)) return response;
  if (response.redirected && response.url !== undefined && !exchange.covers(response.url)) {
    // The browser has taken the header along.
    skip(core, exchange, 'redirected-outside', response.url);
  }
  if (core.options.retryStatus.includes(response.status)) return refused(core, exchange, grant, response);
  void takeNewer(core, grant, response);
  return response;
}

/** It came from another origin, by a redirect: nothing that it says of tokens or times is the server's word. */
function isForeign<R extends ResponseFacts>(exchange: Exchange<R>, response: R): boolean {
  return exchange.isForeign?.(response) ?? (response.type === 'cors' || response.type === 'opaque');
}

/** The answer that the page gets for a request whose token was refused. */
async function refused<R extends ResponseFacts>(
  core: Core,
  exchange: Exchange<R>,
  grant: Grant,
  response: R,
): Promise<R> {
  const { platform, clock, options } = core;
  const { slot, token } = grant;
  const { clientId, resend } = exchange;
  if (/\binsufficient_scope\b/.test(response.headers.get('WWW-Authenticate') ?? '')) return response;
  clock.learnDate(Date.parse(response.headers.get('Date') ?? ''));
  const isStillTheirs = async (): Promise<boolean> =>
    (await slotOf(core, clientId, true)) === slot && slot.generation === grant.generation;
  if (!(await isStillTheirs())) return response;

  if (slot.token?.value === token.value) {
    if (isWaiting(slot.refusals.untilMs, platform.now())) return response;
    slot.refused = token.value;
    if (!slot.refresh && backsOff(slot, platform.now())) return response;
    const refreshed = refresh(core, slot, 'rejected', clientId, options.minValiditySeconds).catch(
      () => undefined,
    );
    if (resend) await refreshed;
    else if (slot.doubted !== token.value && clock.nowSeconds() - token.receivedAt < YOUNG_SECONDS) {
      // It may be the path's own refusal, and nothing sent again will tell.
      slot.doubted = token.value;
      void refreshed.then(() => fail(slot.refusals, platform.now(), platform.random()));
    }
  }
  if (!resend) {
    skip(core, exchange, 'not-replayable');
    return response;
  }
  const current = lastResort(slot, clock.nowSeconds());
  if (!(await isStillTheirs()) || !current || current.value === token.value) return response;
  slot.counters.retried++;
  const second = await resend(current.value, core.registry.readers.mayBeAnothers(slot.identity));
  if (isForeign(exchange, second)) return second;
  if (!options.retryStatus.includes(second.status)) {
    slot.refusals.failures = 0;
    void takeNewer(core, { ...grant, token: current }, second);
  } else if (slot.doubted !== current.value) {
    // A new token refused at its first use: it is not the token's fault.
    slot.doubted = current.value;
    fail(slot.refusals, platform.now(), platform.random());
  }
  return second;
}

/**
 * A token that came with a response (`tokenResponseHeader`). It has to be issued since the request was: a response out
 * of the browser's cache may be a former user's.
 */
async function takeNewer(core: Core, grant: Grant, { headers }: ResponseFacts): Promise<void> {
  const { registry, clock, options } = core;
  const { slot, token, generation, atMs } = grant;
  const value = options.tokenResponseHeader && headers.get(options.tokenResponseHeader);
  if (!value || value === token.value) return;
  try {
    const [newer] = readToken({ token: value }, clock.nowSeconds(), registry.tick());
    const isOfThisResponse = (): boolean =>
      newer.issuedAt >= (atMs + clock.skewMs) / 1000 - ISSUED_TOLERANCE_SECONDS;
    if (!isOfThisResponse()) await clock.check();
    const now = clock.nowSeconds();
    if (!isOfThisResponse() || isExpired(newer, now) || slot.generation !== generation) return;
    if (!take(slot, newer, now)) return;
  } catch {
    // A header that holds no token is the server's affair.
    return;
  }
  await registry.sync();
  if (slot.generation === generation) tokenRefreshed(core, slot, 'expiring');
}

/** A diagnostic for the client whose request it was; where that is not known, nobody is told. */
function skip<R extends ResponseFacts>(
  { platform, registry }: Core,
  { clientId, url }: Exchange<R>,
  why: string,
  where = url,
): void {
  // A query can hold a token.
  if (registry.slotOf(clientId)) {
    platform.clients.notify(clientId, 'requestSkipped', { url: where.replace(/[?#].*/, ''), why });
  }
}

import type { Core } from './core.js';
import { TokenInjectorError } from './errors.js';
import type { RouteRule } from './options.js';
import type { Grant, Tokens } from './tokens.js';

/** What the core needs to see of a response. */
export interface ResponseFacts {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/** One covered request, as the lane that attaches tokens (worker or page) hands it over. */
export interface Exchange<R extends ResponseFacts> {
  readonly clientId: string;
  readonly url: string;
  readonly rule: RouteRule;
  /** False where it is sent at unload. */
  readonly mayWait: boolean;
  /** Sends the request with the token, or as the page made it; rejects where the page has aborted it. */
  send(token: string | undefined): Promise<R>;
  /** Sends it again, the same body included; undefined where the body cannot be had twice. */
  readonly resend: ((token: string) => Promise<R>) | undefined;
  /** The answer where there is no token and `onUnavailable` is `'fail'`. */
  refuse(error: TokenInjectorError): R;
}

/** One request from token to answer: the when-table, then the 401 rule. */
export class Authorizer {
  readonly #core: Core;
  readonly #tokens: Tokens;

  constructor(core: Core, tokens: Tokens) {
    this.#core = core;
    this.#tokens = tokens;
  }

  handle<R extends ResponseFacts>(exchange: Exchange<R>): Promise<R> {
    const minValiditySeconds = exchange.rule.minValiditySeconds ?? this.#core.options.minValiditySeconds;
    const grant = this.#tokens.atHand(exchange.clientId, minValiditySeconds);
    return grant ? this.#send(exchange, grant) : this.#acquireAndSend(exchange, minValiditySeconds);
  }

  async #acquireAndSend<R extends ResponseFacts>(
    exchange: Exchange<R>,
    minValiditySeconds: number,
  ): Promise<R> {
    const { announcer, options } = this.#core;
    const { clientId, mayWait, url } = exchange;
    let grant: Grant | undefined;
    try {
      grant = await this.#tokens.acquire(clientId, { minValiditySeconds, mayWait });
    } catch (error) {
      if (!(error instanceof TokenInjectorError)) throw error;
      announcer.skip(clientId, url, error.code);
      return options.onUnavailable === 'fail' ? exchange.refuse(error) : exchange.send(undefined);
    }
    if (grant) return this.#send(exchange, grant);
    announcer.skip(clientId, url, 'unknown-identity');
    return exchange.send(undefined);
  }

  async #send<R extends ResponseFacts>(exchange: Exchange<R>, grant: Grant): Promise<R> {
    grant.slot.counters.requests++;
    const response = await exchange.send(grant.token.value);
    if (this.#core.options.retryStatus.includes(response.status))
      return this.#refused(exchange, grant, response);
    this.#takeNewer(grant, response);
    return response;
  }

  /** The answer that the page gets for a request whose token was refused. */
  async #refused<R extends ResponseFacts>(exchange: Exchange<R>, grant: Grant, response: R): Promise<R> {
    const { slot, token } = grant;
    const { announcer, platform, serverClock, options } = this.#core;
    if (/error="?insufficient_scope/i.test(response.headers.get('WWW-Authenticate') ?? '')) return response;
    serverClock.learnDate(Date.parse(response.headers.get('Date') ?? ''));
    const isOurs = (): boolean =>
      slot.generation === grant.generation && this.#isOf(exchange.clientId, grant);
    if (!isOurs()) return response;

    const { minValiditySeconds } = options;
    const request = { reason: 'rejected' as const, requester: exchange.clientId, minValiditySeconds };
    const mayRetry = exchange.resend && exchange.rule.retry !== false && exchange.mayWait;
    if (slot.token?.value === token.value) {
      const nowMs = platform.clock.now();
      if (slot.refusals.isActive(nowMs) || this.#tokens.refresher.isBackingOff(slot)) return response;
      slot.refused = token.value;
      if (!mayRetry) this.#tokens.refresher.inBackground(slot, request);
      else await this.#tokens.refresher.refresh(slot, request).catch(() => undefined);
    }
    if (!mayRetry) {
      if (!exchange.resend) announcer.skip(exchange.clientId, exchange.url, 'body-not-replayable');
      return response;
    }
    const current = slot.lastResort(serverClock.nowSeconds());
    if (!isOurs() || !current || current.value === token.value) return response;
    slot.counters.retried++;
    const second = await exchange.resend(current.value);
    const refusedAgain = options.retryStatus.includes(second.status);
    if (!refusedAgain) {
      slot.refusals.reset();
      this.#takeNewer({ ...grant, token: current }, second);
    } else if (slot.doubted !== current.value) {
      // A new token refused at its first use: not the token's fault, so the next refusals wait.
      slot.doubted = current.value;
      slot.refusals.fail(platform.clock.now(), platform.random());
    }
    return second;
  }

  /** Whether the client has not become someone else meanwhile; one that never had an identity of its own has not. */
  #isOf(clientId: string, grant: Grant): boolean {
    return (this.#core.registry.slotOf(clientId) ?? grant.slot) === grant.slot;
  }

  #takeNewer(grant: Grant, response: ResponseFacts): void {
    const name = this.#core.options.tokenResponseHeader;
    const value = name === undefined ? null : response.headers.get(name);
    if (value) void this.#tokens.offer(grant, value);
  }
}

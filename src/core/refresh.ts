import { askClient, timeout, type Answer } from './ask.js';
import type { Core } from './core.js';
import { TokenInjectorError } from './errors.js';
import { namedIdentity, derivedIdentity, privateIdentity, type Identity } from './identity.js';
import type { RefreshReason } from './protocol.js';
import type { Slot } from './slot.js';
import { isExpired, lifetimeSeconds, readToken, type AccessToken, type ReadToken } from './token.js';

/** A hanging provider must not hide a working one; a third call would only repeat what two have shown. */
const MAX_PROVIDER_CALLS = 2;

/** Of a whole refresh, in calls of the provider: waiting for the lock, two calls, and clients that do not answer. */
const DEADLINE_IN_TIMEOUTS = 3;

export interface RefreshRequest {
  readonly reason: RefreshReason;
  readonly requester: string;
  readonly minValiditySeconds: number;
}

/** `taken`: there is a newer token. `kept`: the provider has nothing newer. `moved`: the client is someone else. */
export type RefreshOutcome = 'taken' | 'kept' | 'moved';

/**
 * One refresh of one slot, shared by all who wait for it: lock, second look at the store, ask clients in turn,
 * accept, write, unlock. Settles within `3 × getTokenTimeoutSeconds`; rejects with a typed error.
 */
export class Refresh {
  readonly outcome: Promise<RefreshOutcome>;
  readonly #core: Core;
  readonly #slot: Slot;
  readonly #request: RefreshRequest;
  readonly #generation: number;
  readonly #before: AccessToken | undefined;
  readonly #deadlineMs: number;
  readonly #cancelled: Promise<never>;
  #cancel!: (error: TokenInjectorError) => void;
  #calls = 0;

  constructor(core: Core, slot: Slot, request: RefreshRequest) {
    this.#core = core;
    this.#slot = slot;
    this.#request = request;
    this.#generation = slot.generation;
    this.#before = slot.token;
    this.#cancelled = new Promise<never>((_resolve, reject) => (this.#cancel = reject));
    this.#cancelled.catch(() => undefined);
    const limitMs = DEADLINE_IN_TIMEOUTS * core.options.getTokenTimeoutSeconds * 1000;
    this.#deadlineMs = core.platform.clock.now() + limitMs;
    const underLock = core.platform.locks.request(core.lockPrefix + slot.identity, limitMs, () =>
      this.#run(),
    );
    this.outcome = Promise.race([underLock, this.#cancelled]);
  }

  /** Logout: who waits gets `logged-out` at once, the client's answer reaches nobody, the lock is let go. */
  cancel(): void {
    this.#cancel(loggedOut());
  }

  async #run(): Promise<RefreshOutcome> {
    const { registry } = this.#core;
    await registry.pull();
    this.#assertCurrent();
    // Someone else refreshed while we waited for the lock.
    if (this.#slot.token && this.#slot.token.value !== this.#before?.value) return 'taken';
    return this.#askInTurn();
  }

  async #askInTurn(): Promise<RefreshOutcome> {
    const { platform, options } = this.#core;
    const timeoutMs = options.getTokenTimeoutSeconds * 1000;
    let failure: unknown;
    for (const clientId of await this.#candidates()) {
      for (let again = true; again;) {
        again = false;
        const leftMs = this.#deadlineMs - platform.clock.now();
        if (this.#calls === MAX_PROVIDER_CALLS || leftMs <= 0) break;
        try {
          return await this.#accept(clientId, await this.#ask(clientId, Math.min(timeoutMs, leftMs)));
        } catch (error) {
          this.#assertCurrent();
          failure = error;
          again = error instanceof TokenInjectorError && error.code === 'expired-token';
        }
      }
    }
    throw failure ?? timeout(timeoutMs);
  }

  /** The client whose request it is, then the others of its identity, visible ones first. */
  async #candidates(): Promise<string[]> {
    const { platform, registry } = this.#core;
    const { requester } = this.#request;
    const others = (await platform.clients.list())
      .filter((client) => client.type === 'window' && client.id !== requester)
      .filter((client) => registry.clients.get(client.id)?.identity === this.#slot.identity)
      .map((client) => client.id);
    const known = registry.clients.get(requester)?.identity;
    const mayAsk = known === this.#slot.identity || this.#slot.identity === privateIdentity(requester);
    return mayAsk ? [requester, ...others] : others;
  }

  #ask(clientId: string, timeoutMs: number): Promise<Answer> {
    const { platform } = this.#core;
    const { reason, minValiditySeconds } = this.#request;
    return askClient(
      platform.clock,
      platform.clients,
      clientId,
      {
        type: 'ask',
        reason,
        minValiditySeconds,
        timeoutMs,
        ...(this.#before ? { previousToken: this.#before.value } : {}),
      },
      this.#cancelled,
      () => {
        this.#calls++;
        this.#slot.counters.providerCalls++;
      },
    );
  }

  async #accept(clientId: string, answer: Answer): Promise<RefreshOutcome> {
    const { registry, serverClock } = this.#core;
    const read = readToken(answer, serverClock.nowSeconds(), registry.tick());
    serverClock.learnIssuedAt(read.token.issuedAt);
    if (this.#looksOld(read.token)) await serverClock.check();
    if (isExpired(read.token, serverClock.nowSeconds())) throw expired(read.token, serverClock.nowSeconds());
    const identity = await this.#identityOf(clientId, answer, read);
    this.#assertCurrent();
    const target = registry.slot(identity);
    if (target !== this.#slot) {
      registry.bind(clientId, identity);
      await this.#moveTo(target, clientId, read.token);
      return 'moved';
    }
    if (read.token.value === this.#slot.refused) throw sameAsRefused();
    const taken = this.#slot.take(read.token);
    registry.bind(clientId, identity);
    await registry.sync();
    // The store may have known of a logout that we did not.
    this.#assertCurrent();
    if (taken) this.#announce(this.#slot);
    return taken ? 'taken' : 'kept';
  }

  /** A client that turned out to be someone else brings its token along; the slot that it leaves stays as it is. */
  async #moveTo(target: Slot, clientId: string, token: AccessToken): Promise<void> {
    const { registry } = this.#core;
    const registeredAt = registry.clients.get(clientId)?.registeredAt ?? 0;
    if (target.closed && (registeredAt > target.generation || this.#request.reason === 'forced')) {
      registry.reopen(target);
    }
    const taken = !target.closed && token.value !== target.refused && target.take(token);
    await registry.sync();
    if (taken && !target.closed) this.#announce(target);
  }

  #announce(slot: Slot): void {
    slot.counters.refreshes++;
    this.#core.announcer.tokenRefreshed(slot.identity, slot.token?.expiresAt, this.#request.reason);
  }

  async #identityOf(clientId: string, answer: Answer, { claims }: ReadToken): Promise<Identity> {
    const { platform, registry } = this.#core;
    if (answer.identity !== undefined) return namedIdentity(answer.identity);
    const known = registry.clients.get(clientId)?.identity as Identity | undefined;
    if (known?.startsWith('id:')) return known;
    return claims ? derivedIdentity(claims, (text) => platform.digest(text)) : privateIdentity(clientId);
  }

  /** Expired, or half gone, at receipt: either the provider's cache is old or our clock is wrong. */
  #looksOld(token: AccessToken): boolean {
    if (token.expiresAt === undefined) return false;
    return token.expiresAt - this.#core.serverClock.nowSeconds() < lifetimeSeconds(token) / 2;
  }

  #assertCurrent(): void {
    if (this.#slot.generation !== this.#generation || this.#slot.closed) throw loggedOut();
  }
}

export function loggedOut(): TokenInjectorError {
  return new TokenInjectorError(
    'logged-out',
    'This identity was logged out. Register again, or call getAccessToken({ forceRefresh: true }), to log in.',
  );
}

function sameAsRefused(): TokenInjectorError {
  return new TokenInjectorError(
    'invalid-token',
    'getToken gave the very token that the server had refused. It must ask its host for a new one.',
  );
}

function expired(token: AccessToken, nowSeconds: number): TokenInjectorError {
  const ago = Math.round(nowSeconds - (token.expiresAt ?? 0));
  return new TokenInjectorError(
    'expired-token',
    `getToken gave a token that expired ${ago} s ago. It must ask its host for a new one.`,
  );
}

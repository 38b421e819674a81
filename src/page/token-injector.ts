import type { Engine } from './engine.js';
import type { TokenInjectorEventMap, TokenInjectorEventName } from './events.js';
import { explain, unavailable } from './explain.js';

/** Where tokens are attached: in the service worker, or in the page itself. */
export type TokenInjectorMode = 'service-worker' | 'page';

/** How the token of this page's identity stands. */
export interface TokenInjectorStatus {
  /** Where this page's own requests get their token. */
  readonly mode: TokenInjectorMode;
  /**
   * `'none'` until a request needs one, and after a logout; `'expiring'` is good and about to be replaced; after
   * `'reauth-required'` there is none to be had.
   */
  readonly state: 'none' | 'fresh' | 'expiring' | 'expired' | 'reauth-required';
  /** Seconds since the epoch, by the server's clock; null for no token, or one of unknown life. */
  readonly expiresAt: number | null;
  /** The option's string, or one derived from the token's claims; null while it is not known. */
  readonly identity: string | null;
  /** The server's clock less this machine's. Seconds. */
  readonly clockSkewSeconds: number;
  /**
   * Of this identity, since the worker started: requests sent with a token, how many waited for one, how many were
   * sent again after a refusal; refreshes, and calls of a provider.
   */
  readonly counters: Readonly<
    Record<'requests' | 'waited' | 'retried' | 'refreshes' | 'providerCalls', number>
  >;
}

/** What `getAccessToken` should see to. */
export interface AccessTokenOptions {
  /** The least that must be left of it; clamped to half its lifetime. Seconds. @default the option */
  readonly minValiditySeconds?: number | undefined;
  /** Ask the provider whatever is left. @default false */
  readonly forceRefresh?: boolean | undefined;
}

export interface TokenInjector {
  /** Listens to an event of {@link TokenInjectorEventMap}, typed by its name. */
  addEventListener<K extends TokenInjectorEventName>(
    type: K,
    listener:
      | ((event: TokenInjectorEventMap[K]) => void)
      | { handleEvent(event: TokenInjectorEventMap[K]): void }
      | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Ends that, as any `EventTarget` does. */
  removeEventListener<K extends TokenInjectorEventName>(
    type: K,
    listener:
      | ((event: TokenInjectorEventMap[K]) => void)
      | { handleEvent(event: TokenInjectorEventMap[K]): void }
      | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/**
 * A page's hold on the injector; {@link registerTokenInjector} makes it.
 *
 * @example
 * injector.addEventListener('reauthRequired', (event) => showLogin(event.detail.code));
 */
export class TokenInjector extends EventTarget {
  #engine: Engine | undefined;
  readonly #release: (injector: TokenInjector, unregister: boolean) => Promise<void>;

  /** @internal */
  constructor(engine: Engine, release: (injector: TokenInjector, unregister: boolean) => Promise<void>) {
    super();
    this.#engine = engine;
    this.#release = release;
  }

  /** Where this page's own requests get their token now; a change is told by `statusChange`. */
  get mode(): TokenInjectorMode {
    return this.#engine?.mode ?? 'service-worker';
  }

  /**
   * The token itself, for what no worker can intercept: a WebSocket, a URL for another program; or to make sure of
   * a long validity before a long upload.
   *
   * @param options how long it must last at least, and whether a new one is wanted whatever is left
   * @throws {TokenInjectorError} any code but `invalid-options`
   * @example
   * const token = await injector.getAccessToken({ minValiditySeconds: 60 });
   * socket.send(JSON.stringify({ token }));
   */
  async getAccessToken({
    minValiditySeconds,
    forceRefresh = false,
  }: AccessTokenOptions = {}): Promise<string> {
    const { token } = await (
      await this.#running()
    ).send({ type: 'getToken', forceRefresh, minValiditySeconds });
    if (token === undefined) throw await explain('no-client');
    return token;
  }

  /**
   * How the token of this page's identity stands; never the token.
   *
   * @throws {TokenInjectorError} `worker-unavailable`, `protocol-mismatch`
   * @example
   * const { state, expiresAt } = await injector.getStatus();
   */
  async getStatus(): Promise<TokenInjectorStatus> {
    const { status } = await (await this.#running()).send({ type: 'getStatus' });
    return { ...(status as TokenInjectorStatus), mode: this.mode };
  }

  /**
   * Ends this identity's session here: when it resolves, its token is gone from the worker, this page and storage
   * (another tab that attaches its tokens itself follows some milliseconds later), and no refresh under way can bring
   * it back. No provider is called until a page registers again or asks
   * `getAccessToken({ forceRefresh: true })`. The session at the host or the server is not touched.
   *
   * @throws {TokenInjectorError} `worker-unavailable`, also where storage does not let go of the token, or where the app
   *   registers anew before the worker has heard of the logout; `protocol-mismatch`
   * @example
   * await fetch('/api/session', { method: 'DELETE' });
   * await injector.logout();
   */
  async logout(): Promise<void> {
    await (await this.#running()).logout();
  }

  /**
   * Removes the worker, for every page of its scope, and what it stored. This page's other injectors end with it, but
   * for one whose registration is under way. Twice is fine.
   *
   * @throws {TokenInjectorError} `worker-unavailable`, `protocol-mismatch`
   */
  async unregister(): Promise<void> {
    await this.#leave(true);
  }

  /** Removes this page's listeners; the worker serves the others. Twice is fine. */
  dispose(): void {
    this.#leave(false).catch(() => undefined);
  }

  async #leave(unregister: boolean): Promise<void> {
    if (!this.#engine) return;
    this.#engine = undefined;
    await this.#release(this, unregister);
  }

  async #running(): Promise<Engine> {
    if (this.#engine && !this.#engine.hasStopped) return this.#engine;
    throw await unavailable('disposed');
  }
}

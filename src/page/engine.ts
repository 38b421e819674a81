import type { TokenInjectorError } from '../core/errors.js';
import { seal, type Answer, type Ask, type Command, type Notice } from '../core/protocol.js';
import type { PageLane } from '../page-lane/page-lane.js';
import type { Done } from './command.js';
import { changesStatus, isEventName, type TokenInjectorEventName } from './events.js';
import { explain } from './explain.js';
import type { PageOptions } from './options.js';
import { Provider } from './provider.js';
import { WorkerLink } from './worker-link.js';

export type Emit = (name: TokenInjectorEventName, detail: object) => void;

/**
 * This page's side of the injector: its provider, its events, and where its tokens are attached. One for a page, and
 * whole: what is told, asked and sent all turn on whether the lane is there and the worker knows this page. In two
 * classes it was 60 bytes more for every page, and they had most fields in common.
 */
export class Engine {
  options: PageOptions;
  readonly #emit: Emit;
  readonly #stop = new AbortController();
  readonly #link: WorkerLink;
  readonly #provider = new Provider();
  /** There while it is the page that attaches. */
  #lane: PageLane | undefined;
  /** The worker has been told of this page. */
  #isKnown = false;
  /** What it said of itself then. */
  #worker: Partial<Done> = {};
  #isStarting = false;
  #isListening = false;
  /** A refresh has failed, so there may be a wait to cut short. */
  #failedLately = false;
  /** `reauthRequired` was said; worker and lane may both find it out. */
  #isLost = false;
  /** Until the app registers or insists, or another page has logged in: nobody may bring a session back from here. */
  #isLoggedOut = false;
  #registeredAtMs = 0;
  /** Whose token there was last. */
  #identity: string | undefined;
  /** As the app knows it; before it has registered it knows none. */
  #toldMode: 'service-worker' | 'page' | undefined;

  constructor(options: PageOptions, emit: Emit) {
    this.options = options;
    this.#emit = emit;
    this.#link = new WorkerLink(
      options,
      {
        onNotice: (notice, port) => this.#onNotice(notice, port),
        onController: () => void this.#onController().catch(() => undefined),
      },
      this.#stop.signal,
    );
  }

  get mode(): 'service-worker' | 'page' {
    return this.#lane ? 'page' : 'service-worker';
  }

  get hasStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Resolves when requests of this page are covered; again, after the app registered anew. */
  async start(options: PageOptions): Promise<void> {
    this.#isStarting = true;
    try {
      if (options.inPage === 'always') await this.#openLane(options);
      await this.#link.connect(options);
      // Not before the worker is told: until then it asks for the token of whoever was registered before.
      this.#adopt(options);
      await this.#hello(true);
      // What it was told until then was of the registration before.
      this.#isLoggedOut = false;
      if (options.inPage !== 'always') this.#identity = undefined;
      await this.#link.control(this.#worker);
      if (options.inPage !== 'always') this.#closeLane();
    } catch (error) {
      if (options.inPage === 'never') throw error;
      await this.#fallBack(options, error as Error);
    } finally {
      this.#isStarting = false;
      this.#listen();
      this.#tellMode();
    }
  }

  async send(message: Command): Promise<Done> {
    // The worker is gone, and the browser has yet to say so.
    if (!this.#lane && !this.#link.worker && this.options.inPage !== 'never') {
      await this.#openLane(this.options, false).catch(() => undefined);
      this.#tellMode();
    }
    return this.#sendTo(this.#lane, message);
  }

  async #sendTo(lane: PageLane | undefined, message: Command, isAgain = false): Promise<Done> {
    try {
      return await (lane ? lane.carryOut(message) : this.#link.send(message));
    } catch (error) {
      const { code, message: detail } = error as TokenInjectorError;
      // It has lost sight of this page, as it may where nothing can be stored.
      if (code === 'no-client' && message.type !== 'hello' && message.type !== 'goodbye' && !isAgain) {
        await (lane ? lane.carryOut(this.#helloOf(false)) : this.#hello(false));
        return this.#sendTo(lane, message, true);
      }
      // The provider's own error, and what it gave, do not travel through the core.
      const { failure } = this.#provider;
      const own = failure?.code === code ? failure : undefined;
      // It was lost a while ago, for what the provider said then.
      const cause = own || code === 'reauth-required' ? failure?.cause : undefined;
      if (!own && !lane) throw Object.assign(error as Error, cause ? { cause } : {});
      throw await explain(code, own ? own.message : detail, cause);
    }
  }

  /** When it resolves the worker too has dropped the token, whichever of the two was asked first. */
  async logout(): Promise<void> {
    const { options } = this;
    await this.send({ type: 'logout' });
    // Its app may have registered anew meanwhile.
    if (this.options === options) this.#leave();
    if (this.#lane && this.#isKnown && this.#link.worker) await this.#sendTo(undefined, { type: 'logout' });
    if (this.options === options) this.#say('loggedOut', { origin: 'local' });
  }

  async stop(unregister: boolean): Promise<void> {
    const goodbye = { type: 'goodbye', erase: unregister } as const;
    this.#stop.abort();
    const lane = this.#lane;
    this.#closeLane();
    try {
      await lane?.carryOut(goodbye);
      if ((this.#isKnown || unregister) && this.#link.worker) await this.#link.send(goodbye);
    } finally {
      if (unregister) await this.#link.unregister();
    }
  }

  /** Tells the worker; `register` says whether the app itself does so, or a page that comes back. */
  async #hello(register: boolean): Promise<void> {
    this.#worker = await this.#link.send(this.#helloOf(register));
    this.#isKnown = true;
  }

  #helloOf(register: boolean): Command {
    const { identity } = this.options;
    // Of a page with a name, whoever its provider has named since.
    return { type: 'hello', register, identity: identity && (this.#identity ?? identity) };
  }

  #adopt(options: PageOptions): void {
    // Lane and worker are told of one registration, each in its turn.
    if (this.options !== options) this.#identity = undefined;
    this.options = this.#link.options = options;
    this.#isLost = this.#isLoggedOut = false;
    this.#registeredAtMs = Date.now();
  }

  async #fallBack(options: PageOptions, error: Error, register = true): Promise<void> {
    let warn: (why: string) => void;
    try {
      await this.#openLane(options, register, true);
      ({ warn } = await import('../page-lane/warn.js'));
    } catch {
      throw error;
    }
    warn(error.message);
  }

  /** The code of the lane is loaded only where it is needed: it holds the whole core. */
  async #openLane(given: PageOptions, register = true, isCutOff = register): Promise<void> {
    const { PageLane } = await import('../page-lane/page-lane.js');
    // The app may have registered anew meanwhile.
    const options = register ? given : this.options;
    // It may have been disposed, or have a worker again, meanwhile.
    if (this.#stop.signal.aborted || (!isCutOff && this.#link.controller)) return;
    if (register) this.#adopt(options);
    if (!this.#lane?.adopt(options)) {
      this.#closeLane();
      this.#lane = new PageLane(options, {
        answer: (by, ask) => this.#dated(this.#provide(by, ask)),
        // Of the registration before, while its lane waits for what takes its place.
        tell: (by, name, detail) => by === this.options && this.#tell(name, detail),
        canPassWorker: () => !!this.#worker.isRouted && !!this.#link.controller,
      });
    }
    await this.#lane.carryOut(this.#helloOf(register));
  }

  #closeLane(): void {
    this.#lane?.close();
    this.#lane = undefined;
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    const { signal } = this.#stop;
    const again = (): void => {
      this.#lane?.carryOut(this.#helloOf(false)).catch(() => undefined);
      if (this.#isKnown) this.#hello(false).catch(() => undefined);
      // Asked while it was away, it has not answered, and what it sends now would wait for that.
      this.#wake();
    };
    // After it was frozen (Chromium) or cached for going back.
    document.addEventListener('resume', again, { signal });
    addEventListener('pageshow', ({ persisted }) => persisted && again(), { signal });
    addEventListener('online', () => this.#wakeAfterFailure(), { signal });
    const onVisible = (): unknown => document.visibilityState === 'visible' && this.#wakeAfterFailure();
    document.addEventListener('visibilitychange', onVisible, { signal });
  }

  /** Another worker has taken over, or this page has none any more. */
  async #onController(): Promise<void> {
    const { inPage } = this.options;
    if (this.#isStarting) return this.#isKnown ? this.#hello(false) : undefined;
    if (this.#link.controller) {
      await this.#hello(false);
      try {
        await this.#link.control(this.#worker);
        if (inPage !== 'always') this.#closeLane();
      } catch (error) {
        if (inPage !== 'never') await this.#fallBack(this.options, error as Error, false);
      }
    } else if (inPage !== 'never') {
      await this.#openLane(this.options, false);
    }
    this.#tellMode();
  }

  #tellMode(): void {
    const before = this.#toldMode;
    this.#toldMode = this.mode;
    if (before && before !== this.mode) this.#emit('statusChange', {});
  }

  #onNotice(notice: Exclude<Notice, { type: 'begun' }>, port: MessagePort | undefined): void {
    if (notice.type === 'ask') {
      if (port) void this.#answer(notice, port);
      return;
    }
    // The lane hears of it by the channel, or else finds it in the store.
    if (this.#lane && /^(tokenRefreshed|loggedOut)$/.test(notice.name ?? '')) this.#lane.look();
    else this.#tell(notice.name, notice.detail ?? {});
  }

  #tell(name: string | undefined, detail: object): void {
    if (!isEventName(name)) return;
    if (name === 'refreshError') this.#failedLately = true;
    if (name === 'tokenRefreshed') this.#onRefreshed(detail);
    if (name === 'loggedOut') {
      if (this.#isLoggedOut) return;
      this.#leave();
    }
    if (name === 'reauthRequired') {
      if (this.#isLost) return;
      this.#isLost = true;
    }
    this.#say(name, detail);
  }

  #leave(): void {
    this.#isLoggedOut = true;
    this.#provider.forget();
  }

  #say(name: TokenInjectorEventName, detail: object): void {
    this.#emit(name, detail);
    if (changesStatus(name)) this.#emit('statusChange', {});
  }

  async #answer(ask: Ask, port: MessagePort): Promise<void> {
    const reply = (message: Answer): void => port.postMessage(seal(message));
    reply({ type: 'ack' });
    reply(await this.#dated(this.#lane?.answerAtHand(ask) ?? this.#provide(this.options, ask)));
  }

  /** Of the registration that was asked, which whoever asks may have forgotten. */
  async #dated(given: Answer | Promise<Answer>): Promise<Answer> {
    const registeredAt = this.#registeredAtMs;
    const answer = await given;
    return answer.type === 'answer' ? { ...answer, registeredAt } : answer;
  }

  async #provide(by: PageOptions, ask: Ask): Promise<Answer> {
    if (this.#isLoggedOut && ask.reason !== 'forced') {
      // Who asks may not know whose page this is, but may know that its user has logged in elsewhere.
      return { type: 'failed', code: 'provider-rejected', message: '', identity: this.#identity };
    }
    return this.#provider.answer(by, ask);
  }

  #onRefreshed({ identity }: { identity?: string }): void {
    // The worker asked in vain while the lane did, and would wait for longer.
    if (this.#lane) this.#wakeAfterFailure();
    this.#isLost = this.#failedLately = this.#isLoggedOut = false;
    this.#provider.failure = undefined;
    const before = this.#identity ?? this.options.identity;
    const hasMoved = this.#lane && before !== undefined && before !== identity;
    this.#identity = identity;
    // The worker would go on with the former user's token for what this page cannot patch.
    if (hasMoved && this.#isKnown) this.#hello(true).catch(() => undefined);
  }

  /** Only after a failure is there a wait to cut short; otherwise a sleeping worker is left asleep. */
  #wakeAfterFailure(): void {
    if (this.#failedLately) this.#wake();
    this.#failedLately = false;
  }

  #wake(): void {
    this.send({ type: 'wake' }).catch(() => undefined);
    if (this.#lane && this.#isKnown) this.#link.send({ type: 'wake' }).catch(() => undefined);
  }
}

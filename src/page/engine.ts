import type { TokenInjectorError } from '../core/errors.js';
import { seal, type Answer, type Ask, type Command, type Notice } from '../core/protocol.js';
import type { Lane } from '../page-lane/lane.js';
import { callProvider, type TokenAnswer } from './call-provider.js';
import type { Done } from './command.js';
import { changesStatus, isEventName, type TokenInjectorEventName } from './events.js';
import { explain } from './explain.js';
import type { PageOptions } from './options.js';
import { WorkerLink } from './worker-link.js';

export type Emit = (name: TokenInjectorEventName, detail: object) => void;

/** The page's own lane, and the options that its provider is called by. */
interface OpenLane {
  readonly lane: Lane;
  by: PageOptions;
}

/** This page's side of the injector: its provider, its events, and where its tokens are attached. One for a page. */
export class Engine {
  options: PageOptions;
  readonly #emit: Emit;
  readonly #stop = new AbortController();
  readonly #link: WorkerLink;
  /** Open while it is the page that attaches. */
  #open: OpenLane | undefined;
  /** The worker has been told of this page. */
  #isKnown = false;
  #isStarting = false;
  #isListening = false;
  #call: { readonly by: PageOptions; readonly outcome: Promise<TokenAnswer> } | undefined;
  #lastFailure: TokenInjectorError | undefined;
  #failedLately = false;
  /** `reauthRequired` was said; worker and lane may both find it out. */
  #isLost = false;

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
    return this.#open ? 'page' : 'service-worker';
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
      await this.#link.control();
      if (options.inPage !== 'always') this.#closeLane();
    } catch (error) {
      if (options.inPage === 'never') throw error;
      await this.#fallBack(options, error as Error);
    } finally {
      this.#isStarting = false;
      this.#listen();
    }
  }

  async send(message: Command, isAgain = false): Promise<Done> {
    const lane = this.#open?.lane;
    try {
      return await (lane ? lane.carryOut(message) : this.#link.send(message));
    } catch (error) {
      const { code, message: detail } = error as TokenInjectorError;
      // It has lost sight of this page, as it may where nothing can be stored.
      if (code === 'no-client' && message.type !== 'hello' && message.type !== 'goodbye' && !isAgain) {
        await (lane ? lane.carryOut(this.#helloOf(false)) : this.#hello(false));
        return this.send(message, true);
      }
      // The provider's own error, and what it gave, do not travel through the core.
      const own = this.#lastFailure?.code === code ? this.#lastFailure : undefined;
      if (!own && !lane) throw error;
      throw await explain(code, own ? own.message : detail, own?.cause);
    }
  }

  /** When it resolves the worker too has dropped the token, whichever of the two was asked to. */
  async logout(): Promise<void> {
    await this.send({ type: 'logout' });
    if (this.#open && this.#isKnown) await this.#hello(false).catch(() => undefined);
  }

  async stop(unregister: boolean): Promise<void> {
    const goodbye = { type: 'goodbye', erase: unregister } as const;
    this.#stop.abort();
    const lane = this.#open?.lane;
    this.#closeLane();
    try {
      await lane?.carryOut(goodbye);
      if (this.#isKnown || unregister) await this.#link.send(goodbye);
    } finally {
      if (unregister) await this.#link.unregister();
    }
  }

  /** Tells the worker; `register` says whether the app itself does so, or a page that comes back. */
  async #hello(register: boolean): Promise<void> {
    await this.#link.send(this.#helloOf(register));
    this.#isKnown = true;
  }

  #helloOf(register: boolean): Command {
    return { type: 'hello', register, identity: this.options.identity };
  }

  #adopt(options: PageOptions): void {
    this.options = this.#link.options = options;
    this.#isLost = false;
  }

  async #fallBack(options: PageOptions, error: Error): Promise<void> {
    let warn: (why: string) => void;
    try {
      await this.#openLane(options);
      ({ warn } = await import('../page-lane/warn.js'));
    } catch {
      throw error;
    }
    warn(error.message);
  }

  /** The code of the lane is loaded only where it is needed: it holds the whole core. */
  async #openLane(options: PageOptions): Promise<void> {
    const { openLane } = await import('../page-lane/lane.js');
    if (this.#stop.signal.aborted) return;
    this.#adopt(options);
    const { worker, workerUrl, scope } = options;
    if (this.#open && JSON.stringify(this.#open.lane.options) === JSON.stringify(worker)) {
      this.#open.by = options;
    } else {
      this.#closeLane();
      const open: OpenLane = {
        by: options,
        lane: openLane({
          options: worker,
          // As the browser makes it of these, where it registers a worker.
          scope: new URL(scope ?? './', scope === undefined ? workerUrl : document.baseURI).href,
          clockUrl: workerUrl.href,
          ask: (question) => this.#provide(open.by, question),
          notify: (name, detail) => {
            if (this.#open === open) this.#tell(name, detail);
          },
        }),
      };
      this.#open = open;
    }
    await this.#open.lane.carryOut(this.#helloOf(true));
  }

  #closeLane(): void {
    this.#open?.lane.close();
    this.#open = undefined;
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    const { signal } = this.#stop;
    const again = (): void => {
      if (this.#open) this.#open.lane.carryOut(this.#helloOf(false)).catch(() => undefined);
      if (this.#isKnown) this.#hello(false).catch(() => undefined);
    };
    // After it was frozen (Chromium) or cached for going back.
    document.addEventListener('resume', again, { signal });
    addEventListener('pageshow', ({ persisted }) => persisted && again(), { signal });
    addEventListener('online', () => this.#wake(), { signal });
    const onVisible = (): void => void (document.visibilityState === 'visible' && this.#wake());
    document.addEventListener('visibilitychange', onVisible, { signal });
  }

  /** Another worker has taken over, or this page has none any more. */
  async #onController(): Promise<void> {
    const { inPage } = this.options;
    if (this.#isStarting) return this.#isKnown ? this.#hello(false) : undefined;
    const before = this.mode;
    if (this.#link.controller) {
      await this.#hello(!this.#isKnown);
      if (inPage !== 'always') this.#closeLane();
    } else if (inPage !== 'never') {
      await this.#openLane(this.options);
    }
    if (this.mode !== before) this.#emit('statusChange', {});
  }

  #onNotice(notice: Notice, port: MessagePort | undefined): void {
    if (notice.type === 'ask') {
      if (port) void this.#answer(notice, port);
      return;
    }
    // The lane hears of it too, by the channel.
    const isKnown = this.#open && /^(tokenRefreshed|loggedOut)$/.test(notice.name ?? '');
    if (!isKnown) this.#tell(notice.name, notice.detail ?? {});
  }

  #tell(name: string | undefined, detail: object): void {
    if (!isEventName(name)) return;
    if (name === 'refreshError') this.#failedLately = true;
    if (name === 'tokenRefreshed') this.#isLost = false;
    if (name === 'reauthRequired') {
      if (this.#isLost) return;
      this.#isLost = true;
    }
    this.#emit(name, detail);
    if (changesStatus(name)) this.#emit('statusChange', {});
  }

  async #answer(ask: Ask, port: MessagePort): Promise<void> {
    const reply = (message: Answer): void => port.postMessage(seal(message));
    reply({ type: 'ack' });
    // Asked who it is, a page that has a token of its own need not get another.
    const atHand = ask.reason === 'initial' ? this.#open?.lane.answerAtHand() : undefined;
    reply(atHand ?? (await this.#provide(this.options, ask)));
  }

  /** One call of the provider. Whoever asks meanwhile (a worker that was killed, the lane) gets its outcome. */
  async #provide(by: PageOptions, ask: Ask): Promise<Answer> {
    if (this.#call?.by !== by) {
      const call = {
        by,
        outcome: callProvider(by, ask).finally(() => {
          if (this.#call === call) this.#call = undefined;
        }),
      };
      this.#call = call;
    }
    try {
      const answer = await this.#call.outcome;
      this.#failedLately = false;
      this.#lastFailure = undefined;
      return answer;
    } catch (error) {
      this.#lastFailure = error as TokenInjectorError;
      return { type: 'failed', code: this.#lastFailure.code, message: '' };
    }
  }

  /** Only after a failure is there a wait to cut short; otherwise a sleeping worker is left asleep. */
  #wake(): void {
    if (!this.#failedLately) return;
    this.#failedLately = false;
    this.send({ type: 'wake' }).catch(() => undefined);
  }
}

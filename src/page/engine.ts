import type { TokenInjectorError } from '../core/errors.js';
import { NOTICES, read, seal, type Answer, type Ask, type Command } from '../core/protocol.js';
import { callProvider, type TokenAnswer } from './call-provider.js';
import { command, type Done } from './command.js';
import { connect, controlled, isScriptOf, serviceWorkers } from './connect.js';
import { changesStatus, isEventName, type TokenInjectorEventName } from './events.js';
import { explain } from './explain.js';
import type { PageOptions } from './options.js';

/** What a worker may need to get a token: three calls of a provider, and its own small waits. */
const TIMEOUTS = 3;
const GRACE_MS = 5000;

export type Emit = (name: TokenInjectorEventName, detail: object) => void;

/** This page's end of the line: answers the worker's asks, sends it commands, hears its events. One for a page. */
export class Engine {
  options: PageOptions;
  readonly #emit: Emit;
  readonly #stop = new AbortController();
  #registration: ServiceWorkerRegistration | undefined;
  #call: Promise<TokenAnswer> | undefined;
  #lastFailure: TokenInjectorError | undefined;
  #failedLately = false;

  constructor(options: PageOptions, emit: Emit) {
    this.options = options;
    this.#emit = emit;
  }

  /** Resolves when the worker controls this page and knows it; again, after the app registered anew. */
  async start(options: PageOptions): Promise<void> {
    const container = await serviceWorkers();
    if (!this.#registration) this.#listen(container);
    this.#registration = await connect(container, options);
    // Not before the worker is told: until then it asks for the token of whoever was registered before.
    this.options = options;
    this.#call = undefined;
    await this.#hello(true);
    await controlled(container, options.workerUrl);
  }

  async send(message: Command, isAgain = false): Promise<Done> {
    const timeoutMs = TIMEOUTS * 1000 * this.options.worker.getTokenTimeoutSeconds + GRACE_MS;
    try {
      return await command(() => this.#registration?.active, message, timeoutMs);
    } catch (error) {
      // The provider's own error, and what it gave, do not travel through the worker.
      const { code } = error as TokenInjectorError;
      // The worker has lost sight of this page, as it may where nothing can be stored.
      if (code === 'no-client' && message.type !== 'hello' && message.type !== 'goodbye' && !isAgain) {
        await this.#hello(false);
        return this.send(message, true);
      }
      if (code !== this.#lastFailure?.code) throw error;
      throw await explain(code, this.#lastFailure.message, this.#lastFailure.cause);
    }
  }

  async stop(unregister: boolean): Promise<void> {
    this.#stop.abort();
    try {
      await this.send({ type: 'goodbye', erase: unregister });
    } finally {
      if (unregister) await this.#registration?.unregister();
    }
  }

  /** @param register whether the app itself says so, or a page that comes back */
  async #hello(register: boolean): Promise<void> {
    await this.send({ type: 'hello', register, identity: this.options.identity });
  }

  #listen(container: ServiceWorkerContainer): void {
    const { signal } = this.#stop;
    // Until it is registered the page has its first hello to say yet.
    const again = (): void => void (this.#registration && this.#hello(false).catch(() => undefined));
    container.addEventListener('message', (event) => this.#onMessage(event), { signal });
    container.startMessages();
    container.addEventListener('controllerchange', again, { signal });
    // After it was frozen (Chromium) or cached for going back.
    document.addEventListener('resume', again, { signal });
    addEventListener('pageshow', ({ persisted }) => persisted && again(), { signal });
    addEventListener('online', () => this.#wake(), { signal });
    const onVisible = (): void => void (document.visibilityState === 'visible' && this.#wake());
    document.addEventListener('visibilitychange', onVisible, { signal });
  }

  #onMessage({ data, ports: [port], source }: MessageEvent<unknown>): void {
    if (!(source instanceof ServiceWorker) || !isScriptOf(source, this.options.workerUrl)) return;
    const message = read(NOTICES, data);
    if (message?.type === 'ask' && port) void this.#answer(message, port);
    if (message?.type !== 'event' || !isEventName(message.name)) return;
    if (message.name === 'refreshError') this.#failedLately = true;
    this.#emit(message.name, message.detail ?? {});
    if (changesStatus(message.name)) this.#emit('statusChange', {});
  }

  async #answer(ask: Ask, port: MessagePort): Promise<void> {
    const reply = (message: Answer): void => port.postMessage(seal(message));
    reply({ type: 'ack' });
    try {
      // A worker that was killed asks again: the call that is still under way will do.
      const call = (this.#call ??= callProvider(this.options, ask).finally(() => {
        if (this.#call === call) this.#call = undefined;
      }));
      reply(await call);
      this.#failedLately = false;
      this.#lastFailure = undefined;
    } catch (error) {
      this.#lastFailure = error as TokenInjectorError;
      reply({ type: 'failed', code: this.#lastFailure.code, message: '' });
    }
  }

  /** Only after a failure is there a wait to cut short; otherwise a sleeping worker is left asleep. */
  #wake(): void {
    if (!this.#failedLately) return;
    this.#failedLately = false;
    this.send({ type: 'wake' }).catch(() => undefined);
  }
}

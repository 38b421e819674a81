import { TokenInjectorError } from '../core/errors.js';
import {
  readWorkerMessage,
  seal,
  type Ask,
  type AskReply,
  type PageMessage,
  type WorkerReply,
} from '../core/protocol.js';
import { callProvider } from './call-provider.js';
import { command } from './command.js';
import { connect, serviceWorkers, unavailable } from './connect.js';
import { changesStatus, isEventName, type TokenInjectorEventName } from './events.js';
import type { PageOptions } from './options.js';

/** What a worker may need to get a token: three calls of a provider, and its own small waits. */
const COMMAND_GRACE_MS = 5000;
const CONTROL_MS = 5000;

export type Listener = (name: TokenInjectorEventName, detail: Record<string, unknown>) => void;

/** This page's end of the line: answers the worker's asks, sends it commands, hears its events. One for a page. */
export class Engine {
  options: PageOptions;
  readonly #emit: Listener;
  readonly #stop = new AbortController();
  #registration: ServiceWorkerRegistration | undefined;
  #pending: ReturnType<typeof callProvider> | undefined;
  #providerError: unknown;
  #failedLately = false;

  constructor(options: PageOptions, emit: Listener) {
    this.options = options;
    this.#emit = emit;
  }

  /** Resolves when the worker controls this page and knows it; again, after the app registered anew. */
  async start(): Promise<void> {
    const container = serviceWorkers();
    if (!this.#registration) this.#listen(container);
    const registration = (this.#registration = await connect(this.options));
    await this.hello(true);
    await this.#controlled(container, registration);
  }

  /** @param register whether the app itself says so, or a page that comes back */
  async hello(register: boolean): Promise<void> {
    const { identity } = this.options;
    await this.send({ type: 'hello', register, ...(identity === undefined ? {} : { identity }) });
  }

  async send(message: PageMessage): Promise<WorkerReply> {
    const timeoutMs = 3000 * this.options.worker.getTokenTimeoutSeconds + COMMAND_GRACE_MS;
    try {
      return await command(() => this.#registration?.active, message, timeoutMs);
    } catch (error) {
      const { code, message: text } = error as TokenInjectorError;
      // The provider's own error does not travel through the worker.
      if (code !== 'provider-rejected' || !this.#providerError) throw error;
      throw new TokenInjectorError(code, text, { cause: this.#providerError });
    }
  }

  async stop(unregister: boolean): Promise<void> {
    this.#stop.abort();
    try {
      await this.send({ type: 'goodbye' });
    } finally {
      if (unregister) await this.#registration?.unregister();
    }
  }

  #listen(container: ServiceWorkerContainer): void {
    const { signal } = this.#stop;
    container.addEventListener('message', (event) => this.#onMessage(event), { signal });
    container.startMessages();
    container.addEventListener('controllerchange', () => this.#again(), { signal });
    addEventListener('pageshow', ({ persisted }) => persisted && this.#again(), { signal });
    addEventListener('online', () => this.#wake(), { signal });
    const onVisible = (): void => {
      if (document.visibilityState === 'visible') this.#wake();
    };
    document.addEventListener('visibilitychange', onVisible, { signal });
  }

  #onMessage({ data, ports, source }: MessageEvent<unknown>): void {
    const message = readWorkerMessage(data);
    if (!message || !(source instanceof ServiceWorker) || !this.#isOurs(source)) return;
    const port = ports[0];
    if (message.type === 'ask') {
      if (port) void this.#answer(message, port);
    } else if (isEventName(message.name)) {
      if (message.name === 'refreshError') this.#failedLately = true;
      this.#emit(message.name, message.detail);
      if (changesStatus(message.name)) this.#emit('statusChange', {});
    }
  }

  /** The same script; its query is the options of whichever page registered last. */
  #isOurs(worker: ServiceWorker): boolean {
    return new URL(worker.scriptURL).pathname === this.options.workerUrl.pathname;
  }

  async #answer(ask: Ask, port: MessagePort): Promise<void> {
    const reply = (message: AskReply): void => port.postMessage(seal(message));
    reply({ type: 'ack' });
    try {
      // A worker that was killed asks again: the call that is still under way will do.
      this.#pending ??= callProvider(this.options.getToken, ask).finally(() => (this.#pending = undefined));
      reply(await this.#pending);
      this.#failedLately = false;
    } catch (error) {
      const { code, message, cause } = error as TokenInjectorError;
      this.#providerError = cause;
      reply({ type: 'failed', code, message });
    }
  }

  async #controlled(
    container: ServiceWorkerContainer,
    registration: ServiceWorkerRegistration,
  ): Promise<void> {
    const isControlled = (): boolean => container.controller !== null && this.#isOurs(container.controller);
    if (isControlled()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(
          unavailable(`The worker of ${registration.scope} does not take control of this page. Reload it.`),
        );
      }, CONTROL_MS);
      container.addEventListener('controllerchange', function check() {
        if (!isControlled()) return;
        container.removeEventListener('controllerchange', check);
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #again(): void {
    this.hello(false).catch(() => undefined);
  }

  /** Only after a failure is there a wait to cut short; otherwise a sleeping worker is left asleep. */
  #wake(): void {
    if (!this.#failedLately) return;
    this.#failedLately = false;
    this.send({ type: 'wake' }).catch(() => undefined);
  }
}

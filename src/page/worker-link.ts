import { NOTICES, read, type Command, type Notice } from '../core/protocol.js';
import { endsWorkersEarly } from '../web/ends-workers-early.js';
import { command, type Done } from './command.js';
import { connect, controlled, isReached, isScriptOf, serviceWorkers } from './connect.js';
import { unavailable } from './explain.js';
import type { PageOptions } from './options.js';

/** What a worker may need to get a token: three calls of a provider, and its own small waits. */
const TIMEOUTS = 3;
const GRACE_MS = 5000;

/** What a link tells its page. */
export interface LinkEvents {
  onNotice(notice: Exclude<Notice, { type: 'begun' }>, port: MessagePort | undefined): void;
  /** Another worker controls the page, or none. */
  onController(): void;
}

/** This page's line to the worker: registers it, sends it commands, hears it. */
export class WorkerLink {
  options: PageOptions;
  readonly #events: LinkEvents;
  readonly #signal: AbortSignal;
  #container: ServiceWorkerContainer | undefined;
  #registration: ServiceWorkerRegistration | undefined;

  constructor(options: PageOptions, events: LinkEvents, signal: AbortSignal) {
    this.options = options;
    this.#events = events;
    this.#signal = signal;
  }

  /** Resolves when the worker of these options is active; then it can be told of this page. */
  async connect(options: PageOptions): Promise<void> {
    const container = await serviceWorkers();
    if (!this.#container) this.#listen(container);
    this.#registration = await connect(container, options);
  }

  /** Resolves when the worker controls this page, and is shown what it requests. */
  async control({ answersProbe }: Partial<Done>): Promise<void> {
    if (!this.#container) return;
    await controlled(this.#container, this.options.workerUrl);
    if (answersProbe && !(await isReached(this.options))) throw await unavailable('unreached');
  }

  /** The worker that controls this page, where it is ours. */
  get controller(): ServiceWorker | undefined {
    const controller = this.#container?.controller;
    return controller && isScriptOf(controller, this.options.workerUrl) ? controller : undefined;
  }

  /** The one that commands go to. */
  get worker(): ServiceWorker | null | undefined {
    return this.#registration?.active ?? this.controller;
  }

  /** @throws {TokenInjectorError} what the worker says; `worker-unavailable` where it says nothing */
  send(message: Command): Promise<Done> {
    const timeoutMs = TIMEOUTS * 1000 * this.options.worker.getTokenTimeoutSeconds + GRACE_MS;
    const { options } = this;
    // The app may have registered anew meanwhile, which a logout of before must not end.
    const isOutdated = (): boolean => message.type === 'logout' && this.options !== options;
    return command(() => this.worker, message, timeoutMs, isOutdated);
  }

  async unregister(): Promise<void> {
    await this.#registration?.unregister();
  }

  #listen(container: ServiceWorkerContainer): void {
    const signal = this.#signal;
    this.#container = container;
    let onBegun: ((url: string, worker: ServiceWorker) => void) | undefined;
    // Without that chunk, and what begins before it is there: not kept alive.
    if (endsWorkersEarly()) {
      void import('./keep-alive.js').then(
        ({ keepAlive }) => (onBegun = keepAlive(signal)),
        () => undefined,
      );
    }
    const onMessage = ({ data, ports: [port], source }: MessageEvent<unknown>): void => {
      if (!(source instanceof ServiceWorker) || !isScriptOf(source, this.options.workerUrl)) return;
      const notice = read(NOTICES, data);
      if (notice?.type === 'begun') onBegun?.(notice.url ?? '', source);
      else if (notice) this.#events.onNotice(notice, port);
    };
    container.addEventListener('message', onMessage, { signal });
    container.startMessages();
    container.addEventListener('controllerchange', () => this.#events.onController(), { signal });
  }
}

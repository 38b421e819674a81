import { look } from './xhr-look.js';

const EVENTS = ['readystatechange', 'loadstart', 'progress', 'load', 'error', 'abort', 'timeout', 'loadend'];

interface Held {
  readonly type: string;
  readonly readyState: number;
  readonly progress: ProgressEventInit;
}

/**
 * The events of one XMLHttpRequest, which the page must not see of an attempt that is replaced by another. It hears
 * them first, and lets them go on, where it was made before anybody else could listen.
 */
export class HeldEvents {
  readonly #xhr: XMLHttpRequest;
  /** Whether nobody could listen before: only then can anything be kept back. */
  readonly isFirst: boolean;
  /** Called with each event of the request itself that is not held back. */
  readonly #onEvent: (event: Event) => void;
  #held: Held[] | undefined;
  #isMute = false;
  #hasStarted = false;
  #isUploadMute = false;
  #upload: AbortController | undefined;
  #isOwn = false;

  constructor(xhr: XMLHttpRequest, isFirst: boolean, onEvent: (event: Event) => void) {
    this.#xhr = xhr;
    this.isFirst = isFirst;
    this.#onEvent = onEvent;
    for (const type of EVENTS) xhr.addEventListener(type, (event) => this.#on(event));
  }

  /** The request is opened anew by the page: nothing of the former one counts. */
  reset(): void {
    this.#held = undefined;
    this.#hasStarted = this.#isUploadMute = false;
  }

  /**
   * Not before the page itself looks at the upload: one with listeners is another request to the browser (Fetch,
   * preflight at a redirect).
   */
  watchUpload(upload: XMLHttpRequestUpload): void {
    if (this.#upload) return;
    this.#upload = new AbortController();
    const { signal } = this.#upload;
    const onEvent = (event: Event): void => {
      if (this.#isUploadMute) event.stopImmediatePropagation();
    };
    for (const type of EVENTS) upload.addEventListener(type, onEvent, { signal });
  }

  /** It is not a request of ours. */
  leaveUpload(): void {
    this.#upload?.abort();
    this.#upload = undefined;
  }

  /** From the event that is being dispatched on, what comes is kept back. */
  hold(): void {
    this.#held = [];
  }

  get areHeld(): boolean {
    return this.#held !== undefined;
  }

  /** For the page it has begun, though it is sent later. */
  start(): void {
    this.dispatch('loadstart');
    this.#hasStarted = true;
  }

  /** What was kept back is dropped, and what `run` causes at once; and its upload's events, which the page has had. */
  replace(run: () => void): void {
    this.#held = undefined;
    this.#isUploadMute = true;
    this.#isMute = true;
    try {
      run();
    } finally {
      this.#isMute = false;
    }
  }

  /** What was kept back happens now, in its order. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const { type, readyState, progress } of held) {
      this.dispatch(type, type === 'readystatechange' ? { readyState } : {}, progress);
    }
  }

  /** An event of our own making, while the request looks as `shown` says. */
  dispatch(type: string, shown: object = {}, progress: ProgressEventInit = {}): void {
    const xhr = this.#xhr;
    const restore = Object.keys(shown).map(
      (name) => [name, Object.getOwnPropertyDescriptor(xhr, name)] as const,
    );
    look(xhr, shown);
    this.#isOwn = true;
    try {
      xhr.dispatchEvent(type === 'readystatechange' ? new Event(type) : new ProgressEvent(type, progress));
    } finally {
      this.#isOwn = false;
      for (const [name, former] of restore) {
        if (former) Object.defineProperty(xhr, name, former);
        else Reflect.deleteProperty(xhr, name);
      }
    }
  }

  #on(event: Event): void {
    if (this.#isOwn) return;
    if (this.#isMute || (this.#hasStarted && event.type === 'loadstart')) {
      event.stopImmediatePropagation();
      return;
    }
    if (!this.#held) this.#onEvent(event);
    if (!this.#held) return;
    event.stopImmediatePropagation();
    const { lengthComputable, loaded, total } = event as ProgressEvent;
    this.#held.push({
      type: event.type,
      readyState: this.#xhr.readyState,
      progress: event instanceof ProgressEvent ? { lengthComputable, loaded, total } : {},
    });
  }
}

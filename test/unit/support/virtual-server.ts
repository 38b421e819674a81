import type { VirtualClock } from './virtual-clock.js';
import type { VirtualPage } from './virtual-page.js';

export interface ServerAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** What the request carried. */
  readonly token: string | undefined;
  /** The code of an answer that never came from the server (`onUnavailable: 'fail'`). */
  readonly code?: string;
}

export interface Received {
  readonly page: string;
  readonly url: string;
  readonly token: string | undefined;
  readonly isRetry: boolean;
  readonly atMs: number;
}

/** The app's back end: it keeps what it received, and answers 401 to the tokens that it refuses. */
export class VirtualServer {
  readonly received: Received[] = [];
  readonly refused = new Set<string>();
  /** Whether its answers have a `Date`, and whether it can be asked for the time. */
  tellsTime = false;
  /** How long it takes to answer. */
  takesMs = 0;
  /** In place of the usual answer, where it gives one. */
  respond: (received: Received) => { status: number; headers?: Record<string, string> } | undefined = () =>
    undefined;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async receive(
    page: VirtualPage,
    url: string,
    token: string | undefined,
    isRetry: boolean,
  ): Promise<ServerAnswer> {
    const received = { page: page.id, url, token, isRetry, atMs: this.#clock.trueNowMs() };
    this.received.push(received);
    if (this.takesMs) await this.#clock.sleep(this.takesMs);
    const isRefused = token !== undefined && this.refused.has(token);
    const { status, headers = {} } = this.respond(received) ?? { status: isRefused ? 401 : 200 };
    const date: Record<string, string> = this.tellsTime
      ? { Date: new Date(this.#clock.trueNowMs()).toUTCString() }
      : {};
    return { status, headers: new Headers({ ...date, ...headers }), token };
  }

  timeMs(): number {
    return this.tellsTime ? Math.floor(this.#clock.trueNowMs() / 1000) * 1000 : NaN;
  }
}

import type { VirtualClock } from './virtual-clock.js';
import type { VirtualPage } from './virtual-page.js';

/** What a test has the server answer. */
export interface Response {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** As Fetch gives it to who sent the request; `cors` where a redirect has led to another origin. */
  readonly type?: string;
  readonly redirected?: boolean;
  /** Where the last redirect led. */
  readonly url?: string;
}

export interface ServerAnswer extends Omit<Response, 'headers'> {
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
  /** How long it takes to say the time when it is asked. */
  tellingTakesMs = 0;
  /** How long it takes to answer. */
  takesMs = 0;
  /** In place of the usual answer, where it gives one. */
  respond: (received: Received) => Response | undefined = () => undefined;
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
    const { headers, ...facts } = this.respond(received) ?? { status: isRefused ? 401 : 200 };
    const date: Record<string, string> = this.tellsTime
      ? { Date: new Date(this.#clock.trueNowMs()).toUTCString() }
      : {};
    return { ...facts, headers: new Headers({ ...date, ...headers }), token };
  }

  async timeMs(): Promise<number> {
    if (this.tellingTakesMs) await this.#clock.sleep(this.tellingTakesMs);
    return this.tellsTime ? Math.floor(this.#clock.trueNowMs() / 1000) * 1000 : NaN;
  }
}

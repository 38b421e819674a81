import type { ResponseFacts } from '../core/authorize.js';
import type { TokenInjectorError } from '../core/errors.js';
import type { RouteRule } from '../core/options.js';
import { headerValue } from '../web/header-value.js';
import { copyBody } from './copy-body.js';
import type { HeldEvents } from './held-events.js';
import type { Lane } from './lane.js';

/** The arguments of `open`, as the page gave them. */
export type OpenArguments = [method: string, url: string | URL, isAsync?: boolean, ...rest: string[]];

type Body = Parameters<XMLHttpRequest['send']>[0];

/** The methods that stood there before ours. */
export interface Native {
  open: (this: XMLHttpRequest, ...given: OpenArguments) => void;
  setRequestHeader: (this: XMLHttpRequest, name: string, value: string) => void;
  send: (this: XMLHttpRequest, body?: Body) => void;
  abort: (this: XMLHttpRequest) => void;
}

/** `replaced`: what the page sees is ours; nothing is under way any more. */
type Phase = 'opened' | 'waiting' | 'sent' | 'replaced';

/** What stands over the request's own properties until it is opened anew. */
const LOOK = ['readyState', 'status', 'statusText', 'responseURL', 'response', 'responseText'];
const LOOK_METHODS = ['getResponseHeader', 'getAllResponseHeaders'];

/** One covered XMLHttpRequest between two calls of `open`. */
export class CoveredXhr {
  readonly #xhr: XMLHttpRequest;
  readonly #native: Native;
  readonly #lane: Lane;
  readonly #events: HeldEvents;
  readonly #open: OpenArguments;
  readonly #rule: RouteRule;
  readonly #url: string;
  readonly #headers: [name: string, value: string][] = [];
  #phase: Phase = 'opened';
  #hasOwnHeader = false;
  #mayHold = false;
  #onHeaders: ((facts: ResponseFacts) => void) | undefined;
  #onEnd: ((error: Error) => void) | undefined;

  constructor(
    xhr: XMLHttpRequest,
    native: Native,
    lane: Lane,
    events: HeldEvents,
    open: OpenArguments,
    rule: RouteRule,
  ) {
    this.#xhr = xhr;
    this.#native = native;
    this.#lane = lane;
    this.#events = events;
    this.#open = open;
    this.#rule = rule;
    this.#url = new URL(open[1], document.baseURI).href.replace(/#.*/, '');
    if (rule.retry !== false && !/^(get|head)$/i.test(open[0])) events.watchUpload();
  }

  setRequestHeader(name: string, value: string): void {
    this.#assertOpened();
    this.#native.setRequestHeader.call(this.#xhr, name, value);
    this.#headers.push([name, value]);
    this.#hasOwnHeader ||= String(name).toLowerCase() === this.#lane.options.header.toLowerCase();
  }

  send(body?: Body): void {
    this.#assertOpened();
    if (this.#hasOwnHeader || this.#phase === 'sent') {
      this.#phase = 'sent';
      this.#native.send.call(this.#xhr, body);
    } else if (this.#open.length > 2 && !this.#open[2]) {
      this.#transmit(this.#lane.tokenAtHand(this.#rule), body);
    } else {
      this.#authorize(body);
    }
  }

  abort(): void {
    if (this.#phase === 'waiting' || this.#events.areHeld) {
      this.#events.replace(() => this.#native.abort.call(this.#xhr));
      this.#end('abort');
      this.#look({ readyState: 0 });
    } else {
      this.#native.abort.call(this.#xhr);
    }
  }

  /** The page opens the request anew, whatever it was doing. */
  forget(): void {
    this.#phase = 'replaced';
    this.#onEnd?.(new Error('opened anew'));
    this.#events.reset();
    for (const name of [...LOOK, ...LOOK_METHODS]) Reflect.deleteProperty(this.#xhr, name);
  }

  onEvent({ type }: Event): void {
    if (type === 'readystatechange' && this.#xhr.readyState === 2 && this.#onHeaders) {
      const { status } = this.#xhr;
      if (this.#mayHold && this.#lane.options.retryStatus.includes(status)) this.#events.hold();
      this.#onHeaders(this.#facts());
      this.#onHeaders = undefined;
    }
    if (type === 'loadend') this.#onEnd?.(new Error('ended without an answer'));
  }

  /** While it waits for a token the request is sent for the page, and not yet for the browser. */
  #assertOpened(): void {
    if (this.#phase === 'opened' || this.#phase === 'sent') return;
    throw new DOMException("The object's state must be OPENED, and send() not called.", 'InvalidStateError');
  }

  #authorize(body: Body): void {
    const spare = copyBody(body);
    const { timeout } = this.#xhr;
    this.#phase = 'waiting';
    let thrown: { error: unknown } | undefined;
    let isInTime = true;
    const send = (token: string | undefined): Promise<ResponseFacts> =>
      this.#answer(() => {
        clearTimeout(timer);
        this.#mayHold = token !== undefined && this.#rule.retry !== false;
        try {
          this.#transmit(token, body);
        } catch (error) {
          if (isInTime) thrown = { error };
          throw error;
        }
      });
    const resend = (token: string): Promise<ResponseFacts> =>
      this.#answer(() => {
        this.#mayHold = false;
        this.#events.replace(() => {
          this.#native.open.apply(this.#xhr, this.#open);
          for (const [name, value] of this.#headers)
            this.#native.setRequestHeader.call(this.#xhr, name, value);
          this.#transmit(token, spare);
        });
      });
    const timer =
      timeout > 0 ? setTimeout(() => this.#phase === 'waiting' && this.#end('timeout'), timeout) : 0;
    this.#lane
      .authorize({
        url: this.#url,
        rule: this.#rule,
        mayWait: true,
        send,
        resend: this.#rule.retry === false ? undefined : resend,
        refuse: (error) => this.#refuse(error),
      })
      .catch(() => undefined)
      // The first answer it is, after all.
      .finally(() => this.#phase === 'sent' && this.#events.release());
    isInTime = false;
    if (thrown) {
      this.#phase = 'opened';
      throw thrown.error;
    }
  }

  /** Starts an attempt; its promise has the headers, or fails where none come. */
  #answer(start: () => void): Promise<ResponseFacts> {
    return new Promise((resolve, reject) => {
      if (this.#phase === 'replaced') throw new Error('given up');
      this.#onHeaders = resolve;
      this.#onEnd = reject;
      start();
    });
  }

  #transmit(token: string | undefined, body: Body): void {
    const { header, scheme } = this.#lane.options;
    if (token !== undefined) {
      this.#native.setRequestHeader.call(this.#xhr, header, headerValue(scheme, token));
    }
    this.#phase = 'sent';
    this.#native.send.call(this.#xhr, body);
  }

  #facts(): ResponseFacts {
    const { status, responseURL } = this.#xhr;
    const isForeign = new URL(responseURL).origin !== new URL(this.#url).origin;
    return {
      status,
      headers: { get: (name) => this.#xhr.getResponseHeader(name) },
      type: isForeign ? 'cors' : 'basic',
      redirected: responseURL !== this.#url,
      url: responseURL,
    };
  }

  /** The end of a request that was never sent, as the page would see that of one that was. */
  #end(type: 'abort' | 'timeout'): void {
    this.#phase = 'replaced';
    this.#look({ readyState: 4 });
    this.#events.dispatch('readystatechange');
    this.#events.dispatch(type);
    this.#events.dispatch('loadend');
  }

  /** `onUnavailable: 'fail'`: a 401 of our own, RFC 9457. */
  #refuse({ code }: TokenInjectorError): ResponseFacts {
    const text = JSON.stringify({ title: 'No token available', status: 401, code });
    const headers = new Headers({
      'Content-Type': 'application/problem+json',
      'WWW-Authenticate': this.#lane.options.scheme || 'Bearer',
    });
    this.#phase = 'replaced';
    this.#look({
      readyState: 4,
      status: 401,
      statusText: 'Unauthorized',
      responseURL: this.#url,
      response: toResponse(text, this.#xhr.responseType),
      ...(/^(text)?$/.test(this.#xhr.responseType) ? { responseText: text } : {}),
      getResponseHeader: (name: string) => headers.get(name),
      getAllResponseHeaders: () => [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join(''),
    });
    for (const type of ['readystatechange', 'load', 'loadend']) this.#events.dispatch(type);
    return { status: 401, headers };
  }

  #look(look: object): void {
    for (const [name, value] of Object.entries(look)) {
      Object.defineProperty(this.#xhr, name, { value: value as unknown, configurable: true });
    }
  }
}

function toResponse(text: string, type: XMLHttpRequestResponseType): unknown {
  switch (type) {
    case 'json':
      return JSON.parse(text);
    case 'blob':
      return new Blob([text], { type: 'application/problem+json' });
    case 'arraybuffer':
      return new TextEncoder().encode(text).buffer;
    case 'document':
      return null;
    case 'text':
    case '':
      return text;
  }
}

import type { ResponseFacts } from '../core/authorize.js';
import type { TokenInjectorError } from '../core/errors.js';
import type { RouteRule } from '../core/options.js';
import { anotherTask } from './another-task.js';
import { copyBody } from './copy-body.js';
import type { HeldEvents } from './held-events.js';
import type { Lane } from './lane.js';
import type { NativeXhr, OpenArguments, XhrBody } from './native-xhr.js';
import { xhrFacts } from './xhr-facts.js';
import { setOwnHeaders } from './xhr-headers.js';
import { look, lookRefused } from './xhr-look.js';

/** `replaced`: what the page sees is ours; nothing is under way any more. */
type Phase = 'opened' | 'waiting' | 'sent' | 'replaced';

/** One covered XMLHttpRequest between two calls of `open`: all that depends on its phase. */
export class CoveredXhr {
  readonly #xhr: XMLHttpRequest;
  readonly #native: NativeXhr;
  readonly #lane: Lane;
  readonly #events: HeldEvents;
  readonly #open: OpenArguments;
  readonly #rule: RouteRule;
  readonly #url: string;
  readonly #headers: [name: string, value: string][] = [];
  #phase: Phase = 'opened';
  #isForgotten = false;
  #hasOwnHeader = false;
  #mayHold = false;
  #onHeaders: ((facts: ResponseFacts) => void) | undefined;
  #onEnd: ((error: Error) => void) | undefined;
  /** It waits for a token, or what came of it is not decided yet; called when that is over. */
  underWay: (() => void) | undefined;

  /** @param open with an absolute URL, since it may be opened a second time */
  constructor(
    xhr: XMLHttpRequest,
    native: NativeXhr,
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
    this.#url = String(open[1]).replace(/#.*/, '');
  }

  setRequestHeader(name: string, value: string): void {
    this.#assertOpened();
    this.#native.setRequestHeader.call(this.#xhr, name, value);
    // What a patch below ours sets as it opens or sends the request it will set again.
    if (this.#phase === 'opened') this.#headers.push([name, value]);
    this.#hasOwnHeader ||= String(name).toLowerCase() === this.#lane.options.header.toLowerCase();
  }

  send(body: XhrBody, onEnd: () => void): void {
    this.#assertOpened();
    if (this.#hasOwnHeader || this.#phase === 'sent') {
      this.#phase = 'sent';
      this.#native.send.call(this.#xhr, body);
    } else if (this.#open.length > 2 && !this.#open[2]) {
      const [token, isPastCache] = this.#lane.tokenAtHand(this.#rule);
      this.#transmit(token, body, isPastCache);
    } else {
      this.underWay = onEnd;
      this.#authorize(body);
    }
  }

  abort(): void {
    if (this.#phase === 'waiting' || this.#events.areHeld) {
      this.#end('abort');
      if (!this.#isForgotten) look(this.#xhr, { readyState: 0 });
    } else {
      this.#native.abort.call(this.#xhr);
    }
  }

  /** The page has opened the request anew, whatever it was doing. */
  forget(): void {
    const { areHeld } = this.#events;
    this.#phase = 'replaced';
    this.#isForgotten = true;
    this.#onEnd?.(new Error('opened anew'));
    this.#events.reset();
    if (areHeld) this.#events.dispatch('readystatechange');
    this.#over();
  }

  onEvent({ type }: Event): void {
    if (type === 'readystatechange' && this.#xhr.readyState === 2 && this.#onHeaders) {
      const tell = this.#onHeaders;
      const facts = xhrFacts(this.#xhr, this.#url);
      this.#onHeaders = this.#onEnd = undefined;
      if (this.#mayHold && this.#lane.options.retryStatus.includes(facts.status)) {
        this.#events.hold();
        // Opened anew within this event, a request of Chromium's has the refusal's body in front of the next answer's
        // (seen in 156). All is decided after it, so that no logout comes between the decision and the sending.
        void anotherTask().then(() => tell(facts));
      } else {
        tell(facts);
      }
    }
    if (type === 'loadend') this.#onEnd?.(new Error('ended without an answer'));
  }

  /** While it waits for a token the request is sent for the page, and not yet for the browser. */
  #assertOpened(): void {
    if (this.#phase === 'opened' || this.#phase === 'sent') return;
    throw new DOMException("The object's state must be OPENED, and send() not called.", 'InvalidStateError');
  }

  #authorize(body: XhrBody): void {
    const spare = copyBody(body);
    const mayResend = this.#rule.retry !== false && this.#events.isFirst;
    const { timeout } = this.#xhr;
    this.#phase = 'waiting';
    let thrown: { error: unknown } | undefined;
    let isInTime = true;
    const send = (token: string | undefined, isPastCache = false): Promise<ResponseFacts> =>
      this.#answer(() => {
        this.#mayHold = token !== undefined && mayResend;
        try {
          // What its owner has done to the body since is not part of it.
          this.#transmit(token, isInTime ? body : copyBody(spare), isPastCache);
        } catch (error) {
          if (isInTime) thrown = { error };
          throw error;
        }
      });
    const resend = (token: string, isPastCache = false): Promise<ResponseFacts> =>
      this.#answer(() => {
        this.#mayHold = false;
        this.#events.replace(() => {
          this.#native.open.apply(this.#xhr, this.#open);
          for (const [name, value] of this.#headers)
            this.#native.setRequestHeader.call(this.#xhr, name, value);
          this.#transmit(token, spare, isPastCache);
        });
      });
    // The browser's own time runs only while it is sent.
    const onTimeout = (): void => {
      if (this.#phase === 'waiting' || this.#events.areHeld) this.#end('timeout');
    };
    const timer = timeout > 0 ? setTimeout(onTimeout, timeout) : 0;
    this.#lane
      .authorize({
        url: this.#url,
        rule: this.#rule,
        covers: (url) => this.#lane.ruleFor(url, this.#open[0]) !== undefined,
        mayWait: true,
        send,
        resend: mayResend ? resend : undefined,
        refuse: (error) => this.#refuse(error),
      })
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timer);
        // The first answer it is, after all.
        if (this.#phase === 'sent') this.#events.release();
        this.#over();
      });
    isInTime = false;
    if (thrown) {
      this.#phase = 'opened';
      throw thrown.error;
    }
    if (this.#isWaiting()) this.#events.start();
  }

  /** A method, since what is called before may have changed it. */
  #isWaiting(): boolean {
    return this.#phase === 'waiting';
  }

  #over(): void {
    this.underWay?.();
    this.underWay = undefined;
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

  #transmit(token: string | undefined, body: XhrBody, isPastCache: boolean): void {
    setOwnHeaders(this.#xhr, this.#native, this.#lane.options, token, isPastCache);
    this.#phase = 'sent';
    this.#native.send.call(this.#xhr, body);
  }

  /** The end of a request that is not sent now, as the page would see that of one that is. */
  #end(type: 'abort' | 'timeout'): void {
    this.#phase = 'replaced';
    this.#events.replace(() => this.#native.abort.call(this.#xhr));
    look(this.#xhr, { readyState: 4 });
    this.#events.dispatch('readystatechange');
    this.#events.dispatch(type);
    this.#events.dispatch('loadend');
  }

  /** The end of one that is not sent at all, for want of a token. */
  #refuse({ code }: TokenInjectorError): ResponseFacts {
    this.#phase = 'replaced';
    const headers = lookRefused(this.#xhr, this.#url, this.#lane.options.scheme, code);
    for (const type of ['readystatechange', 'load', 'loadend']) this.#events.dispatch(type);
    return { status: 401, headers };
  }
}

import { atHand } from '../core/acquire.js';
import { isWaiting } from '../core/backoff.js';
import { authorize, type Exchange, type ResponseFacts } from '../core/authorize.js';
import { BYPASS_HASH } from '../core/bypass.js';
import { carryOut } from '../core/carry-out.js';
import { createCore } from '../core/create-core.js';
import { namedIdentity, publicIdentity } from '../core/identity.js';
import { tellChanges } from '../core/hear-others.js';
import { createMatcher } from '../core/match.js';
import type { RouteRule, WorkerOptions } from '../core/options.js';
import type { Answer, Ask, Command, Reply } from '../core/protocol.js';
import { canAttach, type attach } from '../web/attach.js';
import { createExchange } from '../web/exchange.js';
import { channelName, webPlatform } from '../web/web-platform.js';
import { laneChannel } from './lane-channel.js';
import { laneClients } from './lane-clients.js';
import { laneLock } from './lane-lock.js';
import { watchPageLife } from './page-life.js';
import { pastWorker } from './past-worker.js';
import { patchFetch } from './patch-fetch.js';
import { patchXhr } from './patch-xhr.js';
import { untilAborted } from './until-aborted.js';

/** What a lane needs of its page. */
export interface LanePage {
  readonly options: WorkerOptions;
  /** The scope that the worker has or would have: it names the store and the locks that they share. */
  readonly scope: string;
  /** A URL of the server, for its clock. */
  readonly clockUrl: string;
  /** One call of the provider; it settles always, and never rejects. */
  readonly ask: (question: Ask) => Promise<Answer>;
  readonly notify: (name: string, detail: object) => void;
  /** Whether there is a worker that the browser takes marked requests past. */
  readonly canPassWorker: () => boolean;
}

/** What a request is that a page has given to `fetch`. */
export interface GivenRequest {
  /** The `fetch` that was there before. */
  send(this: void, request: Request): Promise<Response>;
  /** Not where its body is a stream. */
  readonly isReplayable: boolean;
  /** How it gets its token. */
  readonly attachTo: typeof attach;
  /** Where the page has one. */
  readonly signal: AbortSignal | undefined;
}

/** A page's own lane: the core, and this page's `fetch` and `XMLHttpRequest` as the places where it attaches. */
export interface Lane {
  readonly options: WorkerOptions;
  /** Whether a request of the page's own is covered, by its URL (perhaps relative) and method. */
  ruleFor(url: string, method: string): RouteRule | undefined;
  /** An XMLHttpRequest takes any header but `Authorization` along to another origin, and cannot be kept from it. */
  ruleForXhr(url: string, method: string): RouteRule | undefined;
  /** The URL of a covered request, as the browser is to be given it. */
  toSend(url: string): string;
  fetch(request: Request, given: GivenRequest): Promise<Response>;
  /** An exchange that something else than `fetch` carries out. */
  authorize<R extends ResponseFacts>(exchange: Omit<Exchange<R>, 'clientId'>): Promise<R>;
  /** The token that needs no wait, for what cannot wait; and whether to ask past the browser's cache. */
  tokenAtHand(rule: RouteRule): [token: string | undefined, isPastCache: boolean];
  /** What the worker is answered that asks this page who it is: the token, or that there was none a moment ago. */
  answerAtHand(): Answer | undefined;
  /** Something may have changed in the store. */
  look(): void;
  carryOut(command: Command): Promise<Extract<Reply, { type: 'done' }>>;
  /** Takes the patches out; requests under way end as they would. */
  close(): void;
}

export function openLane({ options, scope, clockUrl, ask, notify, canPassWorker }: LanePage): Lane {
  const id = `page-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
  const stop = new AbortController();
  // A sandboxed frame's own origin is opaque; its server's is what its URL says.
  const origin = self.origin === 'null' ? location.origin : self.origin;
  const ruleOf = createMatcher(options, origin);
  // What was known before the page was put away may be over: an identity logged out by another tab.
  let isOld = false;
  const life = watchPageLife(() => (isOld = true), stop.signal);
  const channel = laneChannel(channelName(scope), life, stop.signal);
  const clients = laneClients(id, ask, notify);
  const platform = webPlatform(scope, clockUrl + BYPASS_HASH, clients, channel);
  const core = createCore({ ...platform, withLock: laneLock(life) }, options, scope);
  const { registry } = core;
  const tell = (read: () => Promise<unknown>): void => {
    const identity = registry.slotOf(id)?.identity;
    void (identity ? tellChanges(registry, identity, 'initial', read) : read());
  };
  const look = (): void => tell(registry.pull);
  const isDeaf = !channel.isOpen;
  const renew = (): void => {
    // Without a channel the store is all that says what others have done.
    if (!isOld && !isDeaf) return;
    isOld = false;
    tell(() => {
      registry.load();
      return registry.ready;
    });
  };
  let underWay = 0;
  let isClosed = false;
  /** One that is under way hears of a logout, also when the lane is closed meanwhile. */
  const track = <T>(exchange: Promise<T>): Promise<T> => {
    underWay++;
    return exchange.finally(() => {
      underWay--;
      if (isClosed && underWay === 0) stop.abort();
    });
  };
  const grantFor = ({ minValiditySeconds = options.minValiditySeconds }: Partial<RouteRule>) =>
    isOld ? undefined : atHand(core, id, minValiditySeconds);

  const ruleFor = (url: string, method: string): RouteRule | undefined => {
    const parsed = parse(url);
    if (!parsed || parsed.href.endsWith(BYPASS_HASH)) return undefined;
    return ruleOf({ url: parsed, method: normalize(method), mode: 'cors', destination: '', referrer: '' });
  };
  // In a sandbox of no origin every answer is of another one, to the browser. One of no URL is the browser's own.
  const isForeign = ({ url }: Response): boolean =>
    !`${url}`.startsWith(`${origin}/`) && URL.canParse(url) && new URL(url).origin !== origin;

  const lane: Lane = {
    options,
    ruleFor,
    ruleForXhr: (url, method) =>
      options.header.toLowerCase() === 'authorization' ? ruleFor(url, method) : undefined,
    toSend: (url) => (canPassWorker() ? pastWorker(url) : url),
    async fetch(request, { send, isReplayable, attachTo, signal }) {
      const rule = request.headers.has(options.header) ? undefined : ruleOf(request);
      if (!rule || !canAttach(request, options.header)) return send(request);
      signal?.throwIfAborted();
      // What is sent while the page is put away cannot wait, and goes with what is known.
      if (!request.keepalive || !life.leaving.aborted) renew();
      const covers = (url: string): boolean => ruleFor(url, request.method) !== undefined;
      const exchange = createExchange(
        request,
        id,
        rule,
        options,
        covers,
        // A patch of `fetch` below may heed no signal.
        signal ? (each) => (signal.throwIfAborted(), send(each)) : send,
        'no-store',
        isReplayable,
        attachTo,
      );
      const answer = track(authorize(core, { ...exchange, isForeign }));
      return signal ? untilAborted(signal, answer) : answer;
    },
    authorize(exchange) {
      renew();
      return track(authorize(core, { ...exchange, clientId: id }));
    },
    tokenAtHand(rule) {
      const { token, slot } = grantFor(rule) ?? {};
      return [token?.value, !registry.loaded || registry.readers.mayBeAnothers(slot?.identity ?? '')];
    },
    answerAtHand() {
      const found = registry.slotOf(id);
      if (found?.hasFailed && isWaiting(found.backoff.untilMs, platform.now())) {
        return { type: 'failed', code: 'provider-rejected', message: '' };
      }
      const { token, slot } = grantFor({}) ?? {};
      if (!token || !slot) return undefined;
      const isNamed = slot.identity.startsWith(namedIdentity(''));
      const identity = isNamed ? publicIdentity(slot.identity) : '';
      return { type: 'answer', token: token.value, expiresAt: token.expiresAt || undefined, identity };
    },
    look,
    carryOut(command) {
      renew();
      return carryOut(core, id, command);
    },
    close() {
      isClosed = true;
      for (const takeOut of patches) takeOut();
      if (underWay === 0) stop.abort();
    },
  };
  const patches = [patchFetch(lane), patchXhr(lane)];
  return lane;
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url, document.baseURI);
  } catch {
    return undefined;
  }
}

/** As Fetch normalizes a method. */
function normalize(method: string): string {
  return /^(delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method;
}

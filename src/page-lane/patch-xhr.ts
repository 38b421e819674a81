import { CoveredXhr } from './covered-xhr.js';
import { HeldEvents } from './held-events.js';
import type { Lane } from './lane.js';
import { pickNative, type NativeXhr, type OpenArguments } from './native-xhr.js';
import { unlook } from './xhr-look.js';

/** Of all lanes that this page has had: what is under way ends where it began. */
const covered = new WeakMap<XMLHttpRequest, CoveredXhr>();
const events = new WeakMap<XMLHttpRequest, HeldEvents>();

/**
 * Puts the lane into `XMLHttpRequest`, over whatever stands there; its objects and their prototype stay what they are.
 *
 * @returns takes it out again; where others have patched over it since, it stays and passes everything on. A request
 *   under way keeps the methods that it needs, until it has ended.
 */
export function patchXhr(lane: Lane): () => void {
  const { prototype } = XMLHttpRequest;
  const native: NativeXhr = pickNative(prototype);
  const upload = Object.getOwnPropertyDescriptor(prototype, 'upload');
  const underWay = new Set<XMLHttpRequest>();
  let isIn = true;

  /** The exchange that this call is about: after the lane was taken out only one that is under way. */
  const own = (xhr: XMLHttpRequest): CoveredXhr | undefined => {
    const found = covered.get(xhr);
    return isIn || found?.underWay ? found : undefined;
  };

  const patched: NativeXhr = {
    open(...given) {
      // Text is made of them once: the page may change what it gave before it is opened again.
      const opened = given.map((each, at) => (at < 2 ? `${each as string}` : each)) as OpenArguments;
      const former = covered.get(this);
      if (former) unlook(this);
      const [method, url, ...rest] = opened;
      const rule = isIn ? lane.ruleForXhr(url as string, method) : undefined;
      if (rule) opened[1] = lane.toSend(url as string);
      native.open.apply(this, opened);
      former?.forget();
      covered.delete(this);
      // And the page's own address may be another then.
      const again = rule && ([method, new URL(opened[1], document.baseURI).href, ...rest] as OpenArguments);
      if (again) covered.set(this, new CoveredXhr(this, native, lane, eventsOf(this, false), again, rule));
      else events.get(this)?.leaveUpload();
    },
    setRequestHeader(name, value) {
      const exchange = own(this);
      if (exchange) exchange.setRequestHeader(name, value);
      else native.setRequestHeader.call(this, name, value);
    },
    send(body) {
      const exchange = own(this);
      if (!exchange) return native.send.call(this, body);
      underWay.add(this);
      exchange.send(body, () => {
        underWay.delete(this);
        for (const name of Object.keys(native)) Reflect.deleteProperty(this, name);
      });
      if (!exchange.underWay) underWay.delete(this);
    },
    abort() {
      const exchange = own(this);
      if (exchange) exchange.abort();
      else native.abort.call(this);
    },
  };

  const before = globalThis.XMLHttpRequest;
  // To be the first to hear of an event one has to listen from the start: Chromium calls listeners in the order in
  // which they came, those that capture as well.
  const constructor = new Proxy(before, {
    construct(target, given, newTarget) {
      const xhr = Reflect.construct(target, given, newTarget) as XMLHttpRequest;
      if (isIn) eventsOf(xhr, true);
      return xhr;
    },
  });

  Object.assign(prototype, patched, { constructor });
  globalThis.XMLHttpRequest = constructor;
  if (upload) Object.defineProperty(prototype, 'upload', { ...upload, get: patchedUpload });
  function patchedUpload(this: XMLHttpRequest): XMLHttpRequestUpload {
    const found = upload?.get?.call(this) as XMLHttpRequestUpload;
    if (isIn && (covered.has(this) || !this.readyState)) events.get(this)?.watchUpload(found);
    return found;
  }

  return () => {
    isIn = false;
    // They cannot be left to the browser alone: it would send what they still have to say.
    for (const xhr of underWay) Object.assign(xhr, { ...patched, open: openElsewhere });
    const now = prototype as NativeXhr;
    for (const name of Object.keys(native) as (keyof NativeXhr)[]) {
      if (now[name] === patched[name]) Object.assign(prototype, { [name]: native[name] });
    }
    if (globalThis.XMLHttpRequest === constructor) globalThis.XMLHttpRequest = before;
    if (prototype.constructor === constructor) Object.assign(prototype, { constructor: before });
    const current = Object.getOwnPropertyDescriptor(prototype, 'upload');
    if (upload && current?.get === patchedUpload) Object.defineProperty(prototype, 'upload', upload);
  };
}

/** A request under way whose lane was taken out is opened anew, by whatever stands there now. */
function openElsewhere(this: XMLHttpRequest, ...given: OpenArguments): void {
  const former = covered.get(this);
  if (former) unlook(this);
  (XMLHttpRequest.prototype as NativeXhr).open.apply(this, given);
  // Where another lane stands there, it has done so.
  if (covered.get(this) !== former) return;
  former?.forget();
  covered.delete(this);
}

function eventsOf(xhr: XMLHttpRequest, isFirst: boolean): HeldEvents {
  const found = events.get(xhr) ?? new HeldEvents(xhr, isFirst, (event) => covered.get(xhr)?.onEvent(event));
  events.set(xhr, found);
  return found;
}

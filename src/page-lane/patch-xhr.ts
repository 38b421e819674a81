import { CoveredXhr, type Native } from './covered-xhr.js';
import { HeldEvents } from './held-events.js';
import type { Lane } from './lane.js';

/**
 * Puts the lane into `XMLHttpRequest`, over whatever stands there; its objects and their prototype stay what they are.
 *
 * @returns takes it out again; where others have patched over it since, it stays and passes everything on
 */
export function patchXhr(lane: Lane): () => void {
  const prototype = XMLHttpRequest.prototype as Native;
  const { open, setRequestHeader, send, abort } = prototype;
  const native: Native = { open, setRequestHeader, send, abort };
  const covered = new WeakMap<XMLHttpRequest, CoveredXhr>();
  const events = new WeakMap<XMLHttpRequest, HeldEvents>();
  let isIn = true;

  const eventsOf = (xhr: XMLHttpRequest): HeldEvents => {
    const found = events.get(xhr) ?? new HeldEvents(xhr, (event) => covered.get(xhr)?.onEvent(event));
    events.set(xhr, found);
    return found;
  };

  const patched: Native = {
    open(...given) {
      covered.get(this)?.forget();
      covered.delete(this);
      native.open.apply(this, given);
      const [method, url] = given;
      const rule = isIn ? lane.ruleFor(String(url), String(method)) : undefined;
      if (rule) covered.set(this, new CoveredXhr(this, native, lane, eventsOf(this), given, rule));
    },
    setRequestHeader(name, value) {
      const own = covered.get(this);
      if (own) own.setRequestHeader(name, value);
      else native.setRequestHeader.call(this, name, value);
    },
    send(body) {
      const own = covered.get(this);
      if (own) own.send(body);
      else native.send.call(this, body);
    },
    abort() {
      const own = covered.get(this);
      if (own) own.abort();
      else native.abort.call(this);
    },
  };

  const before = globalThis.XMLHttpRequest;
  // To be the first to hear of an event one has to listen from the start: Chromium calls listeners in the order in
  // which they came, those that capture as well.
  const patchedConstructor = new Proxy(before, {
    construct(target, given, newTarget) {
      const xhr = Reflect.construct(target, given, newTarget) as XMLHttpRequest;
      if (isIn) eventsOf(xhr);
      return xhr;
    },
  });

  Object.assign(prototype, patched);
  globalThis.XMLHttpRequest = patchedConstructor;
  return () => {
    isIn = false;
    if (globalThis.XMLHttpRequest === patchedConstructor) globalThis.XMLHttpRequest = before;
    for (const name of Object.keys(native) as (keyof Native)[]) {
      if (prototype[name] === patched[name]) Object.assign(prototype, { [name]: native[name] });
    }
  };
}

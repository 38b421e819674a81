/** Where a page is taken from its user and given back: frozen, or kept for going back. */
export interface PageLife {
  /** Aborted when the page leaves next. */
  readonly leaving: AbortSignal;
  /** Settles when the page is there. */
  readonly here: Promise<void>;
}

/**
 * @param onLeave the last that the page does for a while
 * @param stop ends the listening
 */
export function watchPageLife(onLeave: () => void, stop: AbortSignal): PageLife {
  let away = new AbortController();
  let here = Promise.resolve();
  let comeBack = (): void => undefined;
  const leave = (): void => {
    if (away.signal.aborted) return;
    here = new Promise((resolve) => (comeBack = resolve));
    away.abort();
    onLeave();
  };
  const enter = (): void => {
    if (!away.signal.aborted) return;
    away = new AbortController();
    comeBack();
  };
  // At the window, before any listener of the page's document: what they send is to be sent by what holds then.
  addEventListener('freeze', leave, { signal: stop, capture: true });
  addEventListener('resume', enter, { signal: stop, capture: true });
  addEventListener('pagehide', leave, { signal: stop });
  addEventListener('pageshow', enter, { signal: stop });
  return {
    get leaving() {
      return away.signal;
    },
    get here() {
      return here;
    },
  };
}

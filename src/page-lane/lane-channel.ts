import { openChannel, type Channel } from '../web/web-platform.js';
import type { PageLife } from './page-life.js';

/**
 * A channel that is closed while the page is away: a message for it would put the page out of the back/forward cache
 * (seen in Chromium). What was said meanwhile is in the store.
 *
 * @param stop closes it for good
 */
export function laneChannel(
  name: string,
  life: PageLife,
  stop: AbortSignal,
): Channel & { readonly isOpen: boolean } {
  const listeners: ((event: MessageEvent) => void)[] = [];
  let channel: BroadcastChannel | undefined;
  const close = (): void => {
    channel?.close();
    channel = undefined;
  };
  const open = (): void => {
    if (stop.aborted) return;
    channel = openChannel(name);
    channel?.addEventListener('message', (event) => {
      for (const listener of listeners) listener(event);
    });
    const onLeave = (): void => {
      close();
      void life.here.then(open);
    };
    life.leaving.addEventListener('abort', onLeave, { once: true, signal: stop });
  };
  open();
  stop.addEventListener('abort', close);
  return {
    get isOpen() {
      return channel !== undefined;
    },
    postMessage: (message) => channel?.postMessage(message),
    addEventListener: (_type, listener) => void listeners.push(listener),
  };
}

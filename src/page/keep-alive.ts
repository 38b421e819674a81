import { PING, seal } from '../core/protocol.js';

/** Firefox ends a worker 30 s after its last event; so a ping may be late, or two of three be lost. */
const PING_MS = 10_000;

/** An answer as fast as the message that says that it has begun may end before it. */
const EARLY_MS = 2000;

/**
 * Every request that begins in Firefox 153 is reported once when it is over, also one that failed or was aborted, and
 * under the very URL that the worker saw. Where a user has turned that off (`dom.enable_resource_timing`), none is:
 * then no worker is kept awake for longer than this. It is more than downloads and event streams last, since one that
 * is cut off does more harm than a worker that is awake. (A page with a request under way is not kept for going back.)
 */
const MAX_MS = 12 * 3_600_000;

interface Begun {
  readonly url: string;
  readonly worker: ServiceWorker;
  readonly atMs: number;
}

/**
 * Keeps a worker that says so from being ended in the middle of an answer, by messages to it as long as a covered
 * request of this page is under way, and only then. The worker itself never sees an answer's end, nor the page a
 * request's beginning; so it is told of the one by the worker, and of the other by the browser.
 *
 * @returns takes the URL of a request that has begun, and the worker that serves it, also one that is replaced meanwhile
 */
export function keepAlive(signal: AbortSignal): (url: string, worker: ServiceWorker) => void {
  let begun: Begun[] = [];
  const early: string[] = [];
  let observer: PerformanceObserver | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;

  const ping = (): void => {
    const oldestMs = Date.now() - MAX_MS;
    begun = begun.filter(({ atMs }) => atMs > oldestMs);
    for (const worker of new Set(begun.map(({ worker }) => worker))) worker.postMessage(seal(PING));
    if (begun.length === 0) stop();
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const onEnded = ({ name }: PerformanceEntry): void => {
    const index = begun.findIndex(({ url }) => url === name);
    if (index >= 0) {
      begun.splice(index, 1);
      return;
    }
    early.push(name);
    setTimeout(() => early.shift(), EARLY_MS);
  };
  return (url, worker) => {
    if (!url) return;
    if (!observer) {
      // Not before there is something to observe: elsewhere than in Firefox nothing is.
      observer = new PerformanceObserver((list) => list.getEntries().forEach(onEnded));
      observer.observe({ type: 'resource' });
      signal.addEventListener('abort', () => {
        observer?.disconnect();
        stop();
      });
    }
    const index = early.indexOf(url);
    if (index >= 0) {
      early[index] = '';
      return;
    }
    begun.push({ url, worker, atMs: Date.now() });
    timer ??= setInterval(ping, PING_MS);
  };
}

import { frame, report } from './report.js';
import { onCommand } from './commands.js';

// What the screen shows of this frame is found out here, from outside of the library: a number in the URL of
// each request, which the back end notes too, and a wrapper round the provider.

const STATUS_EVERY_MS = 1000;
const STREAM_AGAIN_MS = 3000;
const MANY = 20;

const controlledAtLoad = Boolean(navigator.serviceWorker?.controller);
let requests = 0;

/** A provider that reports each time it is asked, and how that ended. */
export function observed(getToken) {
  return async (request) => {
    const ask = `${frame}/ask-${(requests += 1)}`;
    report({ type: 'ask', ask, reason: request.reason });
    request.signal.addEventListener('abort', () => report({ type: 'asked', ask, outcome: 'given up' }));
    try {
      const result = await getToken(request);
      report({ type: 'asked', ask, outcome: 'token', ...readToken(result?.token ?? result) });
      return result;
    } catch (error) {
      report({ type: 'asked', ask, outcome: 'failed', message: error.message });
      throw error;
    }
  };
}

export async function observedFetch(path, init) {
  const { id, url } = begin('fetch', path);
  try {
    const response = await fetch(url, init);
    report({ type: 'answer', request: id, status: response.status });
    return response;
  } catch (error) {
    report({ type: 'answer', request: id, status: 0 });
    throw error;
  }
}

export async function observedImage(image, path) {
  const { id, url } = begin('image', path);
  const status = await new Promise((resolve) => {
    image.onload = () => resolve(200);
    image.onerror = () => resolve(0);
    image.src = url;
  });
  report({ type: 'answer', request: id, status });
}

/** One number for all connections of a stream: the browser comes back to the same URL. */
export function observedEventSource(path, onMessage) {
  const { id, url } = begin('stream', path);
  const source = new EventSource(url);
  source.onmessage = onMessage;
  source.onopen = () => report({ type: 'open', request: id });
  source.onerror = () => {
    report({ type: 'closed', request: id });
    // A refusal ends a stream for good: the browser does not come back from it.
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => observedEventSource(path, onMessage), STREAM_AGAIN_MS);
    }
  };
}

/** The page never learns how a download went; the back end does. */
export function observedLink(link, path) {
  link.addEventListener('click', () => {
    link.href = begin('download', path).url;
  });
}

/** Follows the injector's events and its status, and does what the screen's buttons ask of the app. */
export function observeInjector(injector) {
  const inScreen = window.parent !== window.top;
  report({
    type: 'ready',
    inScreen,
    controlledAtLoad,
    mode: injector.mode,
    tookMs: Math.round(performance.now()),
  });
  for (const name of ['tokenRefreshed', 'refreshError', 'reauthRequired', 'loggedOut', 'requestSkipped']) {
    injector.addEventListener(name, ({ detail }) => {
      const { reason, code, why, willRetryAt } = detail;
      report({ type: 'event', name, reason, code, why, willRetryAt });
    });
  }

  const reportStatus = async () => {
    const { mode, state, expiresAt, clockSkewSeconds } = await injector.getStatus();
    report({ type: 'status', mode, state, expiresAt: expiresAt ?? undefined, clockSkewSeconds });
  };
  setInterval(() => void reportStatus().catch(() => {}), STATUS_EVERY_MS);

  onCommand({
    'app-logout': () => injector.logout(),
    'app-sign-in': () => injector.getAccessToken({ forceRefresh: true }),
    'send-many': () => Promise.all(Array.from({ length: MANY }, () => observedFetch('/api/subject'))),
    'update-worker': async () => (await navigator.serviceWorker.getRegistration())?.update(),
  });
}

function begin(kind, path) {
  const id = `${frame}/${(requests += 1)}`;
  const url = new URL(path, location.href);
  url.searchParams.set('request', id);
  url.searchParams.set('frame', frame);
  report({ type: 'request', request: id, kind });
  return { id, url: url.href };
}

/** The number that the product gave the token, and when it ends; nothing else of it leaves this function. */
function readToken(token) {
  try {
    const payload = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const { jti, exp } = JSON.parse(atob(payload));
    return { token: jti, expiresAt: exp };
  } catch {
    return {};
  }
}

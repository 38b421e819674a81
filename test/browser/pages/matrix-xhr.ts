import { BODIES, type BodyKind } from './matrix-bodies.js';
import { digest } from './matrix-digest.js';

export interface XhrProbe {
  readonly method?: string;
  readonly body?: Exclude<BodyKind, 'stream'>;
  readonly responseType?: XMLHttpRequestResponseType;
  readonly isSync?: boolean;
  readonly watchesUpload?: boolean;
  readonly watchesDownload?: boolean;
  readonly abort?: 'before headers' | 'after headers';
}

const EVENTS = ['readystatechange', 'loadstart', 'load', 'error', 'abort', 'timeout', 'loadend'] as const;

/** All that the page can see of one XMLHttpRequest, with each event the first time that it comes. */
export async function seeXhr(url: string, probe: XhrProbe = {}): Promise<Record<string, unknown>> {
  const events: string[] = [];
  // How often progress comes is chance, and state 3 comes with it.
  const say = (event: string): void => void (events.includes(event) || events.push(event));
  const request = new XMLHttpRequest();
  for (const type of EVENTS) request.addEventListener(type, () => say(`${type} ${request.readyState}`));
  request.open(probe.method ?? 'GET', url, !probe.isSync);
  if (probe.watchesDownload) request.addEventListener('progress', () => say('progress'));
  if (probe.watchesUpload) {
    for (const type of [...EVENTS, 'progress'])
      request.upload.addEventListener(type, () => say(`upload ${type}`));
  }
  if (probe.responseType !== undefined) request.responseType = probe.responseType;
  if (probe.abort === 'after headers') {
    request.addEventListener('progress', () => request.abort(), { once: true });
  }
  const ended = new Promise((resolve) => request.addEventListener('loadend', resolve));
  try {
    request.send(probe.body ? BODIES[probe.body]() : null);
  } catch (error) {
    return { events, error: String(error) };
  }
  if (probe.abort === 'before headers') {
    await fetch(`/matrix/arrived${new URL(url, location.href).search}`);
    request.abort();
  }
  if (!probe.isSync) await ended;
  // What comes after its end is to be seen too. A timer would take a second in a tab that is not in front.
  await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(undefined);
  });
  const { status, statusText, responseURL } = request;
  const headers = request.getAllResponseHeaders().replace(/^date:.*\r\n/im, '');
  return { events, status, statusText, url: responseURL, headers, ...(await bodyOf(request)) };
}

async function bodyOf(request: XMLHttpRequest): Promise<object> {
  const response: unknown = request.response;
  if (response instanceof Blob)
    return { body: await digest(await response.arrayBuffer()), type: response.type };
  return { body: await digest(new TextEncoder().encode(String(response)).buffer) };
}

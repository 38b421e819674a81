import axios from 'axios';

/** What came of a request that was not made with `fetch`. */
export interface Outcome {
  readonly status: number;
  readonly body: string;
}

export function xhr(
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Outcome & { readonly headers: string; readonly statusText: string; readonly url: string }> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.onloadend = () =>
      resolve({
        status: request.status,
        statusText: request.statusText,
        body: request.responseText,
        headers: request.getAllResponseHeaders(),
        url: request.responseURL,
      });
    request.send(body);
  });
}

export async function axiosGet(url: string): Promise<Outcome> {
  const response = await axios.get<unknown>(url, { validateStatus: () => true });
  return { status: response.status, body: JSON.stringify(response.data) };
}

/** The width of the decoded picture; zero where it did not load. */
export function image(url: string): Promise<number> {
  return new Promise((resolve) => {
    const element = new Image();
    element.onload = () => resolve(element.naturalWidth);
    element.onerror = () => resolve(0);
    element.src = url;
  });
}

/** Loads a sound, seeks to near its end and says where it then stands. */
export function media(tag: 'audio' | 'video', url: string, seekToSeconds: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const element = document.createElement(tag);
    element.onerror = () => reject(new Error(`${tag}: ${element.error?.message ?? 'no reason'}`));
    element.onloadedmetadata = () => (element.currentTime = seekToSeconds);
    element.onseeked = () => resolve(element.currentTime);
    element.preload = 'auto';
    element.src = url;
    document.body.append(element);
  });
}

/** The data of the first `count` events, over as many connections as that takes. */
export function eventSource(url: string, count: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const data: string[] = [];
    const source = new EventSource(url);
    source.onmessage = (event: MessageEvent<string>) => {
      if (data.push(event.data) < count) return;
      source.close();
      resolve(data);
    };
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) reject(new Error('The event source was refused.'));
    };
  });
}

export function dedicatedWorkerFetch(url: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const worker = new Worker('/dedicated-worker.js');
    worker.onmessage = ({ data }: MessageEvent<Outcome>) => {
      worker.terminate();
      resolve(data);
    };
    worker.postMessage(url);
  });
}

export interface Upload {
  /** SHA-256 of what was given to `fetch`, where the page can know it: a form's boundary is the browser's. */
  readonly sha256: string | undefined;
  readonly status: number;
}

export async function upload(url: string, kind: 'json' | 'form' | 'blob', bytes = 0): Promise<Upload> {
  const body = bodies[kind](bytes);
  const headers: HeadersInit = kind === 'json' ? { 'content-type': 'application/json' } : {};
  const response = await fetch(url, { method: 'POST', body, headers });
  await response.text();
  const known = body instanceof FormData ? undefined : await new Response(body).arrayBuffer();
  return { status: response.status, sha256: known && (await sha256(known)) };
}

const bodies = {
  json: () => JSON.stringify({ amount: 12.5, note: 'żółw 🐢' }),
  form() {
    const form = new FormData();
    form.append('note', 'two words');
    form.append('file', new File([pattern(300_000)], 'notes ü.bin', { type: 'application/x-notes' }));
    return form;
  },
  blob: (bytes: number) => new Blob([pattern(bytes)], { type: 'application/octet-stream' }),
};

// Neither constant nor periodic in a power of two, so that a lost or repeated chunk changes the hash.
function pattern(bytes: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: bytes }, (_, at) => (at * 31 + (at >> 8)) % 251);
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

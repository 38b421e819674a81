/** What the page does. Each travels as text: it sees its arguments and the page's globals only. */

declare global {
  /** What the page sends; made in one step and sent in another, so that only the sending is measured. */
  var largeBody: Blob;
}

export const FILE_NAME = 'large.bin';

/** A real file on the disk, of the origin's private file system, written piece by piece. */
export async function writeFile(name: string, bytes: number): Promise<number> {
  const source = `onmessage = async ({ data: [name, bytes] }) => {
    try {
      const folder = await navigator.storage.getDirectory();
      const file = await folder.getFileHandle(name, { create: true });
      const handle = await file.createSyncAccessHandle();
      const piece = Uint8Array.from({ length: 251 * 256 * 64 }, (_, at) => (at * 31 + (at >> 8)) % 251);
      handle.truncate(0);
      for (let at = 0; at < bytes; at += piece.length)
        handle.write(piece.subarray(0, Math.min(piece.length, bytes - at)), { at });
      handle.flush();
      handle.close();
      postMessage('');
    } catch (error) {
      postMessage(String(error));
    }
  }`;
  // The only place in which every engine can write such a file.
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
  const failure = await new Promise<string>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
    worker.onerror = ({ message }) => resolve(message);
    worker.postMessage([name, bytes]);
  });
  worker.terminate();
  if (failure) throw new Error(failure);
  const folder = await navigator.storage.getDirectory();
  return (await (await folder.getFileHandle(name)).getFile()).size;
}

/** The one that was chosen, or the one that the page has written. */
export async function takeFile(name: string): Promise<number> {
  const [chosen] = document.querySelector('input')?.files ?? [];
  if (chosen) {
    globalThis.largeBody = chosen;
    return chosen.size;
  }
  const folder = await navigator.storage.getDirectory();
  globalThis.largeBody = await (await folder.getFileHandle(name)).getFile();
  return globalThis.largeBody.size;
}

export function takeBlob(bytes: number): number {
  const piece = Uint8Array.from({ length: 251 * 256 * 64 }, (_, at) => (at * 31 + (at >> 8)) % 251);
  const parts: Blob[] = [];
  for (let at = 0; at < bytes; at += piece.length)
    parts.push(new Blob([piece.subarray(0, Math.min(piece.length, bytes - at))]));
  globalThis.largeBody = new Blob(parts, { type: 'application/octet-stream' });
  return globalThis.largeBody.size;
}

/** With a lane it is one request to the page. */
export async function send(url: string): Promise<number> {
  const response = await fetch(url, { method: 'POST', body: globalThis.largeBody });
  await response.text();
  return response.status;
}

export function sendByXhr(url: string): Promise<number> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.onloadend = () => resolve(request.status);
    request.send(globalThis.largeBody);
  });
}

/** As an app does that has no injector: refused, it sends the body again with a token that it was given. */
export async function sendTwiceByHand(url: string, token: string): Promise<number> {
  const first = await fetch(url, { method: 'POST', body: globalThis.largeBody });
  await first.text();
  if (first.status !== 401) return first.status;
  const headers = { authorization: `Bearer ${token}` };
  const second = await fetch(url, { method: 'POST', body: globalThis.largeBody, headers });
  await second.text();
  return second.status;
}

export interface Download {
  readonly status: number;
  readonly bytes: number;
  /** Where the first chunk begins in which a byte is not what it must be; -1 where all are. */
  readonly wrongAt: number;
}

/** Reads an answer chunk by chunk, keeps none, and looks at a byte in each kilobyte. */
export async function download(url: string, token: string | undefined): Promise<Download> {
  const response = await fetch(
    url,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  );
  // Into one buffer, where the engine can: otherwise each chunk is garbage of the page's own.
  const reader = (() => {
    try {
      const byob = response.body!.getReader({ mode: 'byob' });
      let buffer = new ArrayBuffer(1_048_576);
      return async () => {
        const { done, value } = await byob.read(new Uint8Array(buffer));
        if (value) buffer = value.buffer;
        return done ? undefined : value;
      };
    } catch {
      const plain = response.body!.getReader();
      return async () => (await plain.read()).value;
    }
  })();
  let bytes = 0;
  let wrongAt = -1;
  for (;;) {
    const value = await reader();
    if (!value) return { status: response.status, bytes, wrongAt };
    for (let at = 0; at < value.length; at += 1021) {
      const place = bytes + at;
      if (value[at] !== (place * 31 + Math.floor(place / 256)) % 251 && wrongAt < 0) wrongAt = bytes;
    }
    bytes += value.length;
  }
}

/** A worker that is not ours; resolves when it has the page. */
export async function registerByHand(url: string): Promise<void> {
  const controlled = new Promise((resolve) =>
    navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
  );
  await navigator.serviceWorker.register(url);
  await controlled;
}

export async function removeWorkers(): Promise<void> {
  for (const registration of await navigator.serviceWorker.getRegistrations())
    await registration.unregister();
}

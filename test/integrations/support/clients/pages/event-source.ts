import { fetchEventSource } from '@microsoft/fetch-event-source';
import { EventSourcePolyfill } from 'event-source-polyfill';

const heard: string[] = [];

/** The data of the first events, over as many connections as that takes. */
function viaPolyfill(count: number): Promise<string[]> {
  return new Promise((resolve) => {
    const data: string[] = [];
    const source = new EventSourcePolyfill('/api/live', { headers: { 'X-Own': 'kept' } });
    source.onmessage = ({ data: each }: MessageEvent<string>) => {
      if (data.push(each) < count) return;
      source.close();
      resolve(data);
    };
    source.onerror = (event) => {
      // It fires at each reconnect too; a status is what ends it.
      const { status } = event as Event & { status?: number };
      if (source.readyState !== EventSource.CLOSED) return;
      heard.push(`closed at ${status}`);
      resolve(data);
    };
  });
}

async function viaFetch(count: number): Promise<string[]> {
  const data: string[] = [];
  const stop = new AbortController();
  const wasClosed = new Error('closed');
  await fetchEventSource('/api/live', {
    headers: { 'X-Own': 'kept' },
    signal: stop.signal,
    openWhenHidden: true,
    onmessage({ data: each }) {
      if (each !== '' && data.push(each) >= count) stop.abort();
    },
    onclose() {
      throw wasClosed;
    },
    onerror(error) {
      if (error === wasClosed) return;
      heard.push(String(error));
      throw error;
    },
  }).catch(() => undefined);
  return data;
}

const client = { heard, viaPolyfill, viaFetch };

declare global {
  var eventSourceClient: typeof client;
}
globalThis.eventSourceClient = client;

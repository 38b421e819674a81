import { createStore, get, update } from 'idb-keyval';
import type { Clients, Platform } from '../core/ports.js';
import { PROTOCOL_VERSION } from '../core/protocol.js';
import { withWebLock } from './with-web-lock.js';

/**
 * The core's world, from what pages and workers have in common; the clients differ. Whatever of it is missing or
 * throws rejects, and the core bounds every wait.
 *
 * @param scope tells stores and channels of two scopes of one origin apart
 * @param clockUrl a URL of the server; its `Date` header tells the server's time
 * @param channel to the partition's other cores
 */
export function webPlatform(
  scope: string,
  clockUrl: string,
  clients: Clients,
  channel: Channel | undefined = openChannel(channelName(scope)),
): Platform {
  let store: ReturnType<typeof createStore> | undefined;
  const open = (): ReturnType<typeof createStore> => (store ??= createStore('bearer-worker', 'state'));
  return {
    clients,
    now: () => Date.now(),
    setTimer(callback, delayMs) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    digest: sha256,
    async serverTimeMs() {
      const url = new URL(clockUrl);
      // No cache on the way has an answer to this one, but where it leaves queries out of account.
      url.searchParams.set('at', `${Date.now()}`);
      const { headers } = await fetch(url, { method: 'HEAD', cache: 'no-store' });
      const dateMs = Date.parse(headers.get('Date') ?? '');
      // Of such a copy some leave the `Date` of its origin there, others write their own.
      const ageMs = Math.max(0, Number(headers.get('Age')) * 1000 || 0);
      return Math.min(Math.max(dateMs, Date.now()), dateMs + ageMs);
    },
    withLock: withWebLock,
    readRecord: async () => get<unknown>(scope, open()),
    updateRecord: async (change) => update(scope, change, open()),
    announce(message) {
      try {
        channel?.postMessage({ ...message, bearerWorker: PROTOCOL_VERSION });
      } catch {
        // They find out from the store.
      }
    },
    onAnnouncement(listener) {
      channel?.addEventListener('message', ({ data }: MessageEvent<Record<string, unknown> | null>) => {
        if (data?.['bearerWorker'] === PROTOCOL_VERSION) listener(data);
      });
    },
  };
}

/** What is needed of a BroadcastChannel. */
export interface Channel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

export function channelName(scope: string): string {
  return `bearer-worker:${scope}`;
}

/** Where there is none, or it throws (blocked storage), the others find out from the store. */
export function openChannel(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    return undefined;
  }
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(hash))).replace(
    /[+/=]/g,
    (character) => ({ '+': '-', '/': '_' })[character] ?? '',
  );
}

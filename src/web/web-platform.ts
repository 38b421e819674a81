import type { Clients, Platform } from '../core/ports.js';
import { createAnnouncements } from './announcements.js';
import { idbStore } from './idb-store.js';
import { webLocks } from './web-locks.js';

/**
 * The core's world, from what pages and workers have in common; the clients differ.
 *
 * @param scope tells stores and channels of two scopes of one origin apart
 * @param clockUrl a URL of the server; its `Date` header tells the server's time
 */
export function webPlatform(scope: string, clockUrl: string, clients: Clients): Platform {
  return {
    clock: {
      now: () => Date.now(),
      setTimer: (callback, delayMs) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    },
    locks: webLocks,
    store: idbStore(scope),
    clients,
    announcements: createAnnouncements(scope),
    digest: sha256,
    random: () => Math.random(),
    serverTimeMs: async () => {
      const response = await fetch(clockUrl, { method: 'HEAD', cache: 'no-store' });
      return Date.parse(response.headers.get('Date') ?? '');
    },
  };
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(hash)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

import { isFields, seal, versionOf, PROTOCOL_VERSION } from '../core/protocol.js';
import type { Announcements } from '../core/ports.js';

/** A BroadcastChannel; where there is none, or it throws, the others find out from the store. */
export function createAnnouncements(scope: string): Announcements {
  let channel: BroadcastChannel | undefined;
  try {
    channel = new BroadcastChannel(`bearer-worker:${scope}`);
  } catch {
    // Opaque origins and blocked storage.
  }
  return {
    post: (message) => channel?.postMessage(seal(message)),
    listen: (onMessage) => {
      channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (isFields(data) && versionOf(data) === PROTOCOL_VERSION) onMessage(data);
      });
    },
  };
}

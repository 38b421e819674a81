import { ANSWERS, read, seal, type Notice } from '../src/core/protocol.js';
import type { Clients } from '../src/core/ports.js';

declare const self: ServiceWorkerGlobalScope;

/** The pages, frames and workers of this scope, by the Clients API. */
export const workerClients: Clients = {
  seesAll: true,

  get: (clientId) => self.clients.get(clientId),

  async list() {
    const windows = await self.clients.matchAll({ includeUncontrolled: true, type: 'window' });
    const visible = ({ visibilityState }: WindowClient): number => +(visibilityState === 'visible');
    return windows.filter(isInScope).sort((a, b) => visible(b) - visible(a));
  },

  ask(clientId, question, onAnswer) {
    // A port of its own for each question: one to a stopped worker, or from a late page, leads nowhere.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      const answer = read(ANSWERS, data);
      if (answer) onAnswer(answer);
    };
    void post(clientId, question, [port2]);
    return () => port1.close();
  },

  notify(clientId, name, detail) {
    void post(clientId, { type: 'event', name, detail });
  },
};

export function isInScope({ url }: Client): boolean {
  return url.startsWith(self.registration.scope);
}

export async function post(clientId: string, message: Notice, ports: Transferable[] = []): Promise<void> {
  const client = await self.clients.get(clientId).catch(() => undefined);
  client?.postMessage(seal(message), ports);
}

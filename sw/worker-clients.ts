import { readAskReply, seal, type AskReply, type EventMessage } from '../src/core/protocol.js';
import type { ClientInfo, Clients } from '../src/core/ports.js';

declare const self: ServiceWorkerGlobalScope;

/** The pages, frames and workers of this scope, by the Clients API. */
export const workerClients: Clients = {
  async get(clientId) {
    const client = await self.clients.get(clientId);
    return client && toInfo(client);
  },

  async list() {
    const all = await self.clients.matchAll({ includeUncontrolled: true, type: 'window' });
    return all.filter(isInScope).sort(visibleFirst).map(toInfo);
  },

  ask(clientId, question, onReply) {
    // A port of its own for each question: one to a stopped worker, or from a late page, leads nowhere.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      const reply: AskReply | undefined = readAskReply(data);
      if (reply) onReply(reply);
    };
    void self.clients.get(clientId).then((client) => client?.postMessage(seal(question), [port2]));
    return () => port1.close();
  },

  notify(clientId, name, detail) {
    const message: EventMessage = { type: 'event', name, detail };
    void self.clients.get(clientId).then((client) => client?.postMessage(seal(message)));
  },
};

export function isInScope(client: Client): boolean {
  return client.url.startsWith(self.registration.scope);
}

function toInfo(client: Client): ClientInfo {
  return { id: client.id, type: client.type === 'window' ? 'window' : 'worker' };
}

function visibleFirst(a: WindowClient, b: WindowClient): number {
  return Number(b.visibilityState === 'visible') - Number(a.visibilityState === 'visible');
}

import type { Clients } from '../core/ports.js';
import { ANSWERS, read, seal, type Answer, type Ask } from '../core/protocol.js';

/** One page as the clients of its own core: it sees itself, and asks its provider without a message. */
export function laneClients(
  id: string,
  ask: (question: Ask) => Promise<Answer>,
  notify: (name: string, detail: object) => void,
): Clients {
  const self = { id, type: 'window' };
  return {
    seesAll: false,
    get: (clientId) => Promise.resolve(clientId === id ? self : undefined),
    list: () => Promise.resolve([self]),
    ask(_clientId, question, onAnswer) {
      let isOpen = true;
      onAnswer({ type: 'ack' });
      void ask(question).then((given) => {
        // As strictly as what comes by a port: a provider can put anything into its answer.
        const answer = read(ANSWERS, seal(given));
        if (isOpen && answer) onAnswer(answer);
      });
      return () => {
        isOpen = false;
      };
    },
    notify(clientId, name, detail) {
      if (clientId === id) notify(name, detail);
    },
  };
}

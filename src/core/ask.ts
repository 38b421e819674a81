import { withDeadline } from './deadline.js';
import { isErrorCode, TokenInjectorError } from './errors.js';
import type { Clients, Clock } from './ports.js';
import type { Ask, AskReply } from './protocol.js';

export type Answer = Extract<AskReply, { type: 'answer' }>;

/**
 * A page that lives acknowledges within a few milliseconds; a frozen or cached one never does, and nothing but
 * silence tells it from a live one.
 */
export const ACKNOWLEDGE_MS = 1000;

/** The page times its provider itself; this is for the way there and back, and for a page that freezes. */
const GRACE_MS = 500;

/** One question to one client: its answer, or an error within a bound. Late replies reach nobody. */
export async function askClient(
  clock: Clock,
  clients: Clients,
  clientId: string,
  question: Ask,
  cancelled: Promise<never>,
  onAcknowledged: () => void,
): Promise<Answer> {
  let close = (): void => undefined;
  let acknowledge = (): void => undefined;
  const acknowledged = new Promise<void>((resolve) => (acknowledge = resolve));
  const answered = new Promise<Answer>((resolve, reject) => {
    close = clients.ask(clientId, question, (reply) => {
      acknowledge();
      if (reply.type === 'answer') resolve(reply);
      if (reply.type === 'failed') {
        const code = isErrorCode(reply.code) ? reply.code : 'provider-rejected';
        reject(new TokenInjectorError(code, reply.message));
      }
    });
  });
  answered.catch(() => undefined);
  try {
    await withDeadline(clock, ACKNOWLEDGE_MS, Promise.race([acknowledged, cancelled]), () => {
      throw new TokenInjectorError(
        'no-client',
        'No page of this identity could be asked for a token: none has registered, or all are frozen or gone.',
      );
    });
    onAcknowledged();
    const limitMs = question.timeoutMs + GRACE_MS;
    return await withDeadline(clock, limitMs, Promise.race([answered, cancelled]), () => {
      throw timeout(question.timeoutMs);
    });
  } finally {
    close();
  }
}

export function timeout(timeoutMs: number): TokenInjectorError {
  return new TokenInjectorError(
    'provider-timeout',
    `getToken gave no token within ${timeoutMs / 1000} s (getTokenTimeoutSeconds). Is the user still logged in to the host?`,
  );
}

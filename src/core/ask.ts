import type { Core } from './core.js';
import { withDeadline } from './deadline.js';
import { TokenInjectorError, type ErrorCode } from './errors.js';
import type { Answer, Ask } from './protocol.js';

export type TokenAnswer = Extract<Answer, { type: 'answer' }>;

/** What a client says of itself where it gives no token. */
export type Refusal = TokenInjectorError & {
  /** Whose token it had last, where it is logged out. */
  readonly identity?: string | undefined;
};

/**
 * A page that lives acknowledges within a few milliseconds; a frozen or cached one never does, and nothing but
 * silence tells it from a live one.
 */
const ACKNOWLEDGE_MS = 1000;

/** How often it is looked whether the page that was asked is still there. */
const ALIVE_EVERY_MS = 1000;

/** The page times its provider itself; this is for the way there and back, and for a page that freezes. */
const GRACE_MS = 500;

/** What a page may say of itself; any other code is the worker's own to give. */
const PAGE_CODES: readonly (string | undefined)[] = [
  'provider-timeout',
  'invalid-token',
  'expired-token',
] satisfies ErrorCode[];

/**
 * One question to one client: its answer, or an error within a bound. Late replies reach nobody.
 *
 * @param cancelled rejects when nobody wants the answer any more
 * @throws {Refusal} `no-client` where it does not acknowledge or is gone; what the client says otherwise
 */
export async function askClient(
  { platform }: Core,
  clientId: string,
  question: Ask & { timeoutMs: number },
  cancelled: Promise<never>,
  onAcknowledged: () => void,
): Promise<TokenAnswer> {
  let isDone = false;
  let close!: () => void;
  let acknowledge!: () => void;
  const acknowledged = new Promise<void>((resolve) => (acknowledge = resolve));
  const answered = new Promise<TokenAnswer>((resolve, reject) => {
    close = platform.clients.ask(clientId, question, (reply) => {
      acknowledge();
      if (reply.type === 'answer') resolve(reply);
      if (reply.type === 'failed') {
        const code = PAGE_CODES.includes(reply.code) ? (reply.code as ErrorCode) : 'provider-rejected';
        reject(Object.assign(new TokenInjectorError(code, ''), { identity: reply.identity }));
      }
    });
    const look = async (): Promise<void> => {
      const client = isDone || (await platform.clients.get(clientId));
      if (client) lookLater();
      else reject(new TokenInjectorError('no-client', ''));
    };
    const lookLater = (): void => {
      if (!isDone) platform.setTimer(() => void look().catch(lookLater), ALIVE_EVERY_MS);
    };
    lookLater();
  });
  answered.catch(() => undefined);
  const within = <T>(ms: number, promise: Promise<T>, code: ErrorCode): Promise<T> =>
    withDeadline(platform, ms, Promise.race([promise, cancelled]), new TokenInjectorError(code, ''));
  try {
    await within(ACKNOWLEDGE_MS, acknowledged, 'no-client');
    onAcknowledged();
    return await within(question.timeoutMs + GRACE_MS, answered, 'provider-timeout');
  } finally {
    isDone = true;
    close();
  }
}

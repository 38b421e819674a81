import type { ErrorCode } from '../core/errors.js';
import { read, REPLIES, seal, type Command, type Reply } from '../core/protocol.js';
import { explain, unavailable } from './explain.js';

export type Done = Extract<Reply, { type: 'done' }>;

/** A worker that lives acknowledges in a few milliseconds, one that must wake in 10 to 40. */
const REPEAT_MS = 3000;
const ATTEMPTS_WITHOUT_SIGN = 2;

/**
 * Sends a command to the worker and waits for its outcome. A port to a worker that was stopped dies without a sign,
 * so the command is sent again on a new port while it waits; the worker may be given each twice without harm.
 *
 * @param target finds the worker anew for each attempt
 * @param isOutdated whether it is about what is over: a copy of it would meet what came after, and is not sent
 * @throws {TokenInjectorError} what the worker says; `worker-unavailable` where it says nothing
 */
export function command(
  target: () => ServiceWorker | null | undefined,
  message: Command,
  timeoutMs: number,
  isOutdated = (): boolean => false,
): Promise<Done> {
  return new Promise((resolve, reject) => {
    const ports: MessagePort[] = [];
    let isAcknowledged = false;
    const end = (): void => {
      clearInterval(timer);
      for (const port of ports) {
        port.onmessage = null;
        port.close();
      }
    };
    const onReply = ({ data }: MessageEvent<unknown>): void => {
      const reply = read(REPLIES, data);
      if (reply?.type === 'ack') isAcknowledged = true;
      else if (reply) {
        end();
        if (reply.type === 'done') resolve(reply);
        else void explain(reply.code as ErrorCode, reply.message).then(reject);
      }
    };
    const send = (): void => {
      const worker = target();
      const patienceMs = isAcknowledged ? timeoutMs : ATTEMPTS_WITHOUT_SIGN * REPEAT_MS;
      if (!worker || ports.length * REPEAT_MS >= patienceMs) {
        end();
        void unavailable('mute', message.type).then(reject);
        return;
      }
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = onReply;
      ports.push(port1);
      if (!isOutdated()) worker.postMessage(seal(message), [port2]);
    };
    const timer = setInterval(send, REPEAT_MS);
    send();
  });
}

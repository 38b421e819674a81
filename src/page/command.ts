import type { ErrorCode } from '../core/errors.js';
import { read, REPLIES, seal, type Command, type Reply } from '../core/protocol.js';
import { unavailable } from './connect.js';
import { explain } from './explain.js';

export type Done = Extract<Reply, { type: 'done' }>;

/** A worker that lives acknowledges in a few milliseconds, one that must wake in 10 to 40. */
const ACKNOWLEDGE_MS = 3000;
const ATTEMPTS = 2;

/**
 * Sends a command to the worker and waits for its outcome. A port to a worker that was stopped dies without a sign,
 * so each attempt has a port of its own and a bound; every command may be repeated without harm.
 *
 * @param target finds the worker anew for each attempt
 * @throws {TokenInjectorError} what the worker says; `worker-unavailable` where it says nothing
 */
export async function command(
  target: () => ServiceWorker | null | undefined,
  message: Command,
  timeoutMs: number,
): Promise<Done> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const reply = await once(target(), message, timeoutMs);
    if (reply?.type === 'failed') throw explain(reply.code as ErrorCode, reply.message);
    if (reply?.type === 'done') return reply;
  }
  throw unavailable(`The worker did not answer "${message.type}". Reload the page.`);
}

function once(
  worker: ServiceWorker | null | undefined,
  message: Command,
  timeoutMs: number,
): Promise<Reply | undefined> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const end = (reply?: Reply): void => {
      clearTimeout(timer);
      port1.close();
      resolve(reply);
    };
    let timer = setTimeout(end, ACKNOWLEDGE_MS);
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      const reply = read(REPLIES, data);
      if (reply?.type === 'ack') {
        clearTimeout(timer);
        timer = setTimeout(end, timeoutMs);
      } else if (reply) {
        end(reply);
      }
    };
    if (worker) worker.postMessage(seal(message), [port2]);
    else end();
  });
}

import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { isTokenInjectorError } from '../../src/core/errors.js';
import { read, REPLIES, seal } from '../../src/core/protocol.js';
import { command, type Done } from '../../src/page/command.js';
import { runsOfMessages } from './support/amount.js';
import { hostileMessage } from './support/message.js';

const ports: MessagePort[] = [];

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** What becomes of a command whose worker replies with all of these, and with a good token in the end. */
async function outcomeOf(replies: readonly unknown[]): Promise<Done> {
  const worker = {
    async postMessage(_message: unknown, [port]: MessagePort[]): Promise<void> {
      ports.push(port!);
      for (const reply of [...replies, seal({ type: 'done', token: 'good' })]) {
        port!.postMessage(reply);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
  return command(() => worker as unknown as ServiceWorker, { type: 'getToken' }, 1000);
}

test('of hostile replies to a command, the first that is one settles it, and a failure is one of ours', async () => {
  const perRun = 10;
  const counts = { messages: 0, failed: 0, done: 0, good: 0 };
  const check = async (replies: readonly unknown[]): Promise<void> => {
    const first = replies.map((reply) => read(REPLIES, reply)).find((reply) => reply && reply.type !== 'ack');
    counts.messages += replies.length;
    const outcome = await outcomeOf(replies).catch((error: unknown) => error);
    if (first?.type === 'failed') {
      counts.failed++;
      expect(isTokenInjectorError(outcome)).toBe(true);
      expect(outcome).toMatchObject({ message: expect.any(String) as string });
    } else {
      counts[first ? 'done' : 'good']++;
      expect(outcome).toEqual(first ?? { type: 'done', token: 'good' });
    }
    for (const port of ports.splice(0)) port.close();
  };
  const batch = fc.array(hostileMessage(REPLIES), { minLength: 1, maxLength: perRun, size: 'max' });
  await fc.assert(fc.asyncProperty(batch, check), runsOfMessages('replies', 0.01, perRun));
  console.log(
    `replies: ${counts.messages} messages, ${counts.done} done, ${counts.failed} failed, ${counts.good} none`,
  );
  for (const kind of ['done', 'failed', 'good'] as const)
    expect(counts[kind]).toBeGreaterThan(counts.messages / 100);
});

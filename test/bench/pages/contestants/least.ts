import { connectToken, sendByFetch, type Contestant } from '../contestant.js';
import { controlledBy } from './controlled-by.js';

/** The least worker that attaches a stored token, and can do nothing else: the limit of every one that does more. */
export async function least(): Promise<Contestant> {
  const [worker, token] = await Promise.all([controlledBy('/least.js'), connectToken()]);
  await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    worker.postMessage(token, [port2]);
  });
  return { send: sendByFetch };
}

import { sendByFetch, type Contestant } from '../contestant.js';
import { controlledBy } from './controlled-by.js';

/** Past a worker by a static route, without a token: the limit of a page that attaches its tokens beside a worker. */
export async function routed(): Promise<Contestant> {
  await controlledBy('/routed.js');
  return { send: (url, init) => sendByFetch(`${url}#past-worker`, init) };
}

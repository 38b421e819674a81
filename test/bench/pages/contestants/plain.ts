import { sendByFetch, type Contestant } from '../contestant.js';

/** No worker, no token: the limit. */
export function plain(): Promise<Contestant> {
  return Promise.resolve({ send: sendByFetch });
}

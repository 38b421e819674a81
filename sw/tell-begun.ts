import { endsWorkersEarly } from '../src/web/ends-workers-early.js';
import { post } from './worker-clients.js';

/**
 * Tells the page that a covered request of its own has begun, where the page has to keep this worker from being ended
 * in the middle of the answer.
 *
 * Who has no page's side cannot hear it, and its long answers break in Firefox: a dedicated worker, a frame or page that
 * has not registered (yet), and what a navigation downloads, which names no client.
 */
export function createTellBegun(): (clientId: string, url: string) => void {
  // The engine stays what it is, and its name is long: 14 µs to look through it.
  const isNeeded = endsWorkersEarly();
  return (clientId, url) => {
    if (isNeeded) void post(clientId, { type: 'begun', url });
  };
}

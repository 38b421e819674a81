import { endsWorkersEarly } from '../src/web/ends-workers-early.js';
import { post } from './worker-clients.js';

/**
 * Tells the page that a covered request of its own has begun, where the page has to keep this worker from being ended
 * in the middle of the answer.
 *
 * Who has no page's side cannot hear it, and its long answers break in Firefox: a dedicated worker, a frame or page that
 * has not registered (yet), and what a navigation downloads, which names no client.
 */
export function tellBegun(clientId: string, url: string): void {
  if (endsWorkersEarly()) void post(clientId, { type: 'begun', url });
}

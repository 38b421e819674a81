import { post } from './worker-clients.js';

/**
 * Tells the page that a covered request of its own has begun, where the page has to keep this worker from being ended
 * in the middle of the answer: in Firefox, 30 s after the worker's last event. Chromium and WebKit let an answer end.
 *
 * No feature shows how long a worker is left to live, so this goes by the engine's name. Said in vain, it costs a
 * message; a Firefox that goes by another name breaks its long answers.
 *
 * Who has no page's side cannot hear it, and its long answers break in Firefox: a dedicated worker, a frame or page that
 * has not registered (yet), and what a navigation downloads, which names no client.
 */
export function tellBegun(clientId: string, url: string): void {
  if (/Firefox/.test(navigator.userAgent)) void post(clientId, { type: 'begun', url });
}

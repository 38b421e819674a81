import { screenOrigin } from './commands.js';

const BATCH_MS = 60;

/** The back end's number for this frame, by which the screen tells its lanes apart. */
export const frame = document.querySelector('meta[name="demo-frame"]').getAttribute('content');

let batch = [];

/**
 * Tells the screen of something that happened here. It goes to the screen's own origin, past the worker: a beacon
 * sent as the frame goes, which a worker's listener has yet to decline, is lost where that worker is busy (Chromium).
 */
export function report(entry) {
  if (batch.length === 0) setTimeout(flush, BATCH_MS);
  batch.push({ at: Date.now(), frame, ...entry });
}

function flush() {
  if (batch.length > 0) navigator.sendBeacon(`${screenOrigin}/demo/report`, JSON.stringify(batch));
  batch = [];
}

addEventListener('pagehide', () => {
  report({ type: 'gone' });
  flush();
});

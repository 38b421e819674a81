const BATCH_MS = 60;

/** The back end's number for this frame, by which the screen tells its lanes apart. */
export const frame = document.querySelector('meta[name="demo-frame"]').getAttribute('content');

let batch = [];

/**
 * Tells the screen of something that happened here. The path is not among those that get a token, so the
 * report is not one of the requests it speaks of.
 */
export function report(entry) {
  if (batch.length === 0) setTimeout(flush, BATCH_MS);
  batch.push({ at: Date.now(), frame, ...entry });
}

function flush() {
  if (batch.length > 0) navigator.sendBeacon('/demo/report', JSON.stringify(batch));
  batch = [];
}

addEventListener('pagehide', () => {
  report({ type: 'gone' });
  flush();
});

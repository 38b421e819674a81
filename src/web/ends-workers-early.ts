/**
 * Whether this engine ends a worker in the middle of an answer: Firefox does, 30 s after the worker's last event;
 * Chromium and WebKit let an answer end. No feature shows how long a worker is left to live, so this goes by the
 * engine's name. Said in vain, it costs a message for each request; a Firefox that goes by another name breaks its
 * long answers.
 */
export function endsWorkersEarly(): boolean {
  return /Firefox/.test(navigator.userAgent);
}

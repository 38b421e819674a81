import { sendByFetch, type Contestant } from '../contestant.js';

/** A worker that answers every request with `fetch(event.request)`: the limit with a worker. */
export async function passThrough(): Promise<Contestant> {
  const isControlled = new Promise((resolve) => {
    if (navigator.serviceWorker.controller) resolve(undefined);
    navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
  });
  await navigator.serviceWorker.register('/pass-through.js');
  await isControlled;
  return { send: sendByFetch };
}

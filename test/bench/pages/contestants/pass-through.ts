import { sendByFetch, type Contestant } from '../contestant.js';
import { controlledBy } from './controlled-by.js';

/** A worker that answers every request with `fetch(event.request)`: the limit with a worker. */
export async function passThrough(): Promise<Contestant> {
  await controlledBy('/pass-through.js');
  return { send: sendByFetch };
}

import { withDeadline } from './deadline.js';
import type { Platform } from './ports.js';

/** The browser knows its clients; it takes a millisecond. */
export const LIST_DEADLINE_MS = 1000;

/** A page cannot see whether others live on; each says hello again when it comes back. */
const KEEP_UNSEEN_MS = 24 * 3600_000;

/** The clients that were alive at a moment on the scale of generations. */
export interface Living {
  readonly ids: ReadonlySet<string>;
  readonly asOf: number;
}

/**
 * Who of a scope's clients is alive: those that the browser lists, and of those that it does not (a frame of
 * `about:srcdoc`) whoever it still knows.
 *
 * @param known the clients that may be gone
 * @param now the moment on the scale of generations
 * @returns undefined where the browser does not say
 */
export async function whoLives(
  platform: Platform,
  known: Iterable<string>,
  now: number,
): Promise<Living | undefined> {
  const { clients } = platform;
  const living = async (): Promise<Set<string>> => {
    const found = await Promise.all([...known].map((id) => clients.get(id)));
    return new Set([...(await clients.list()), ...found].flatMap((each) => each?.id ?? []));
  };
  const ids = await withDeadline(platform, LIST_DEADLINE_MS, living(), undefined);
  return ids && { ids, asOf: now - (clients.seesAll ? 0 : KEEP_UNSEEN_MS) };
}

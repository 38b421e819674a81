import type { FetchPlan } from '../pages/matrix-fetch.js';
import type { Site } from '../support/matrix-world.js';

/** One way in which a page sends a request. */
export interface Transport {
  /** As the table says it; what verdicts are given to. */
  readonly name: string;
  /** The route, and its query. */
  readonly path: string;
  /**
   * Sends it, and says all that the page saw.
   *
   * @param arrived resolves when the server has answered it, which a page is not told of a beacon
   */
  run(site: Site, url: string, arrived: () => Promise<void>): Promise<unknown>;
  /** By a path whose rule names style sheets and scripts, and allows navigations. */
  readonly isNamed?: boolean;
  readonly needsHttp2?: boolean;
  /** What is shown in the page's own place, where it is no download. */
  readonly mayLeave?: boolean;
  /** Whether the server's connection is let go of is part of what is seen. */
  readonly watchesClose?: boolean;
  /** From which of its requests on the token is refused. @default 0 */
  readonly refusedFrom?: number;
  /** How many requests come of it is the browser's mood: the first of them is compared. */
  readonly isManifold?: boolean;
  /** What is asked of it. @default all but abort */
  readonly behaviours?: readonly Behaviour[];
}

export const BEHAVIOURS = ['token', 'refused', 'likeness', 'abort'] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

export function fetchOf(
  name: string,
  path: string,
  plan: FetchPlan = {},
  more: Partial<Transport> = {},
): Transport {
  return {
    name,
    path,
    run: ({ tab }, url) => tab.evaluate((to, given) => harness.matrix.seeFetch(to, given), url, plan),
    ...more,
  };
}

/** One way to get a token onto a request, as users have it today, or one of the limits. */
export interface Contestant {
  readonly id: string;
  readonly title: string;
  /** In the page's address. */
  readonly settings: Readonly<Record<string, string>>;
}

const contestant = (id: string, title: string, options?: object): Contestant => ({
  id,
  title,
  settings: options ? { options: JSON.stringify(options) } : {},
});

/** Every one on a page in a frame of a product, by the real Connect libraries; the page sends with `fetch`, or axios. */
export const CONTESTANTS = [
  contestant('none', 'no worker, no token'),
  contestant('pass-through', 'a worker that passes everything through'),
  contestant('routed', 'past a worker by a static route, no token'),
  contestant('least', 'the least worker: reads a stored token, attaches it'),
  contestant('bearer-worker', 'bearer-worker'),
  contestant('in-page', "bearer-worker, `inPage: 'always'`", { inPage: 'always' }),
  contestant('no-worker', 'bearer-worker without any worker', { workerUrl: '/no-such-worker.js' }),
  contestant('axa', '@axa-fr/oidc-client-service-worker'),
  contestant('axios-each', 'axios, AP.context.getToken() for each request'),
  contestant('axios-mutex', 'axios, kept token, mutex, retry at 401'),
] as const satisfies readonly Contestant[];

export function contestantById(id: string): Contestant {
  const found = CONTESTANTS.find((each) => each.id === id);
  if (!found) {
    throw new RangeError(
      `There is no contestant "${id}"; there are ${CONTESTANTS.map((c) => c.id).join(', ')}.`,
    );
  }
  return found;
}

export function titleOf(id: string): string {
  return contestantById(id).title;
}

/** For the head of a column. */
export function shortTitleOf(id: string): string {
  return id === 'none' ? 'no worker' : id;
}

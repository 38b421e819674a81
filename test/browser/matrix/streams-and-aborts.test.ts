import type { FetchPlan } from '../pages/matrix-fetch.js';
import { defineCells } from './define.js';
import { fetchOf, type Transport } from './transport.js';

const WHEN = { 'before headers': 'hang', 'after headers': 'drip' } as const;
type When = keyof typeof WHEN;

const aborted: Partial<Transport> = { watchesClose: true, behaviours: ['token', 'likeness', 'abort'] };

function abortedFetch(name: string, when: When, plan: FetchPlan = {}): Transport {
  return fetchOf(`${name}, aborted ${when}`, WHEN[when], { ...plan, abort: when }, aborted);
}

function abortedXhr(when: When): Transport {
  return {
    name: `XHR GET, aborted ${when}`,
    path: WHEN[when],
    run: ({ tab }, url) => tab.evaluate((to, abort) => harness.matrix.seeXhr(to, { abort }), url, when),
    ...aborted,
  };
}

const whens = Object.keys(WHEN) as When[];

defineCells([
  fetchOf('fetch GET over HTTP/2', 'echo', {}, { needsHttp2: true }),
  fetchOf(
    'fetch POST of a stream over HTTP/2',
    'echo',
    { init: { method: 'POST' }, body: 'stream' },
    { needsHttp2: true },
  ),
  ...whens.map((when) => abortedFetch('fetch GET', when)),
  ...whens.map((when) => abortedFetch('fetch POST', when, { init: { method: 'POST' }, body: 'string' })),
  ...whens.map(abortedXhr),
  {
    name: 'EventSource, closed',
    path: 'events-open',
    run: ({ tab }, url) => tab.evaluate((to) => harness.matrix.seeEventSource(to, 1), url),
    ...aborted,
  },
]);

import { expect } from 'vitest';
import type { XhrPlan } from './pages/xhr-log.js';
import type { SeenRequest } from './support/seen-requests.js';
import type { Tab } from './support/tab.js';
import { test } from './support/world.js';
import type { World } from './support/world.js';

/** A tab that attaches its tokens itself, and has one. */
async function laneTab(world: World, options = {}): Promise<Tab> {
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a');
  expect(await tab.register(options)).toBe('page');
  await tab.fetch('/api/echo');
  world.app.tokenHost.calls.length = 0;
  world.app.seen.clear();
  return tab;
}

const log = (tab: Tab, url: string, plan: XhrPlan = {}) =>
  tab.evaluate((to, how) => harness.xhrLog(to, how), url, plan);

/** What of a request must be the same when it is sent again; a form's boundary is the browser's each time. */
function facts({ method, url, headers, body }: SeenRequest): object {
  const kept = headers.filter(([name]) => !/^(authorization|cookie|content-type)$/.test(name));
  const type = headers.find(([name]) => name === 'content-type')?.[1].replace(/boundary=.*/, '');
  return { method, url, kept, type, body: /form-data/.test(type ?? '') ? body.bytes : body };
}

const PLANS: readonly [string, XhrPlan][] = [
  ['GET', {}],
  ['POST of text', { method: 'POST', body: 'text', watchesUpload: true }],
  ['POST of a form with a file', { method: 'POST', body: 'form' }],
  ['PUT of a Blob', { method: 'PUT', body: 'blob', headers: { 'X-Own': 'kept' } }],
  ['POST of a buffer', { method: 'POST', body: 'buffer' }],
  ['POST of parameters', { method: 'POST', body: 'params' }],
  ['GET as JSON', { responseType: 'json' }],
  ['GET as a Blob', { responseType: 'blob' }],
  ['GET as a buffer', { responseType: 'arraybuffer' }],
];

test('XHRs on the page’s own lane that are refused late: each answer’s body is its own', async ({
  world,
}) => {
  const tab = await laneTab(world);
  world.app.issuer.revokeAll();
  const late = tab.evaluate(() =>
    Promise.all(Array.from({ length: 20 }, (_, at) => harness.xhr(`/api/verdict-later?ms=1000&at=${at}`))),
  );
  await expect.poll(() => world.app.seen.at('/api/verdict-later').length).toBeGreaterThan(0);
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });

  for (const { status, body } of await late) {
    expect(status).toBe(200);
    expect(body).not.toContain('refused');
    expect(() => JSON.parse(body) as unknown).not.toThrow();
  }
});

test('XHR on the page’s own lane: the page sees the events and the answer that it sees of one without us', async ({
  world,
}) => {
  const tab = await laneTab(world);
  for (const [what, plan] of PLANS) {
    const bare = await log(tab, '/other/echo', plan);
    const covered = await log(tab, '/api/open/echo', plan);
    const withoutUpload = (events: readonly string[]) =>
      events.filter((event) => event !== 'upload progress');
    expect(withoutUpload(covered.events), what).toEqual(withoutUpload(bare.events));
    expect({ ...covered, events: [], response: '', url: '' }, what).toEqual({
      ...bare,
      events: [],
      response: '',
      url: '',
    });
    const [one, other] = [
      world.app.seen.at('/other/echo').at(-1)!,
      world.app.seen.at('/api/open/echo').at(-1)!,
    ];
    expect({ ...facts(other), url: '' }, what).toEqual({ ...facts(one), url: '' });
    expect(other.authorization, what).toHaveLength(1);
  }
});

test('33 · XHR refused on the page’s own lane: the identical body again, and the page sees one request', async ({
  world,
}) => {
  const tab = await laneTab(world);
  for (const [at, [what, plan]] of PLANS.entries()) {
    const url = `/api/refuse-once?at=${at}`;
    const bare = await log(tab, '/other/echo', plan);
    const retried = await log(tab, url, plan);
    const [first, second, ...more] = world.app.seen.all.filter((seen) => seen.url === url);
    expect(more, what).toEqual([]);
    expect(facts(second!), what).toEqual(facts(first!));
    const withoutProgress = (events: readonly string[]) =>
      events.filter((event) => event !== 'upload progress');
    expect(withoutProgress(retried.events), what).toEqual(withoutProgress(bare.events));
    expect(retried.status, what).toBe(200);
  }
});

test('XHR: a buffer and a form that their owner changes after sending are sent again as they were', async ({
  world,
}) => {
  const tab = await laneTab(world);
  for (const body of ['buffer', 'form'] as const) {
    const url = `/api/refuse-once?of=${body}`;
    await log(tab, url, { method: 'POST', body, then: 'change-body' });
    const [first, second] = world.app.seen.all.filter((seen) => seen.url === url);
    expect(second!.body.bytes).toBe(first!.body.bytes);
    if (body === 'buffer') expect(second!.body.sha256).toBe(first!.body.sha256);
  }
});

test('29 · XHR: the second 401 goes to the page, with all the events of a request', async ({ world }) => {
  const tab = await laneTab(world);
  const bare = await log(tab, '/other/refuse-always');
  const refused = await log(tab, '/api/refuse-always');
  expect(world.app.seen.at('/api/refuse-always')).toHaveLength(2);
  expect(refused).toMatchObject({ status: 401, statusText: bare.statusText, events: bare.events });
});

test('XHR: a 401 that is not retried (retry: false, insufficient_scope, provider failing) reaches the page with all its events', async ({
  world,
}) => {
  const tab = await laneTab(world, { include: ['/api/', { path: '/other/', retry: false }] });
  const bare = await tab.evaluate(() => harness.xhrLog('/mint?tab=a&reason=x'));
  for (const url of ['/other/refuse-always', '/api/insufficient-scope']) {
    const { events, status } = await log(tab, url);
    expect(status, url).toBe(401);
    expect(events, url).toEqual(bare.events);
  }
  tab.behave({ kind: 'reject', message: 'no' });
  const { events, status, response } = await log(tab, '/api/refuse-always');
  expect({ events, status }).toEqual({ events: bare.events, status: 401 });
  expect(response).toContain('refused');
});

test('35 · on the page’s own lane a fetch or an XHR that is aborted while it waits ends at once, and is never sent; the others go on', async ({
  world,
}) => {
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a');
  await tab.register();
  tab.behave({ kind: 'token', delayMs: 1500 });
  const outcome = await tab.evaluate(async () => {
    const abort = new AbortController();
    let abortedAt = NaN;
    const given = fetch('/api/report', { signal: abort.signal }).then(
      () => 'answered',
      (error: unknown) => (error as Error).message,
    );
    const other = harness.answer('/api/echo');
    const request = harness.xhrLog('/api/upload', { abortAfterMs: 100 });
    setTimeout(() => {
      abortedAt = performance.now();
      abort.abort(new Error('changed my mind'));
    }, 100);
    const said = await given;
    const tookMs = performance.now() - abortedAt;
    return { said, tookMs, xhr: (await request).events, other: (await other).status };
  });
  expect(outcome.said).toBe('changed my mind');
  expect(outcome.tookMs).toBeLessThan(500);
  expect(outcome.other).toBe(200);
  expect(outcome.xhr).toEqual([
    'readystatechange 1',
    'loadstart 1',
    'readystatechange 4',
    'abort 4',
    'loadend 4',
  ]);
  expect(world.app.seen.at('/api/report')).toEqual([]);
  expect(world.app.seen.at('/api/upload')).toEqual([]);
});

test('XHR with a timeout shorter than the wait for a token times out in time, and is never sent', async ({
  world,
}) => {
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a');
  await tab.register();
  tab.behave({ kind: 'token', delayMs: 1500 });
  const { events, status } = await log(tab, '/api/report', { timeoutMs: 200 });
  expect(events).toEqual([
    'readystatechange 1',
    'loadstart 1',
    'readystatechange 4',
    'timeout 4',
    'loadend 4',
  ]);
  expect(status).toBe(0);
  await tab.fetch('/api/echo');
  expect(world.app.seen.at('/api/report')).toEqual([]);
});

test('XHR that waits for a token is sent for its page: a header or a second send throws; opened anew, only the new one goes', async ({
  world,
}) => {
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a');
  await tab.register();
  tab.behave({ kind: 'token', delayMs: 300 });
  const [header, send, reopened] = await tab.evaluate(() =>
    Promise.all([
      harness.xhrLog('/api/echo', { then: 'header' }),
      harness.xhrLog('/api/echo', { then: 'send' }),
      harness.xhrLog('/api/report', { then: 'reopen' }),
    ]),
  );
  expect([header.threw, send.threw]).toEqual(['InvalidStateError', 'InvalidStateError']);
  expect([header.status, send.status, reopened.status]).toEqual([200, 200, 200]);
  expect(world.app.seen.at('/api/report').map(({ url }) => url)).toEqual(['/api/report?again']);
});

test('a synchronous XHR carries the token that is there; where there is none it goes as it is', async ({
  world,
}) => {
  const tab = await laneTab(world);
  expect(await log(tab, '/api/echo', { isSync: true })).toMatchObject({ status: 200 });
  await tab.logout();
  expect(await log(tab, '/api/echo', { isSync: true })).toMatchObject({ status: 401 });
});

test("XHR, onUnavailable: 'fail', no token to be had: a 401 of our own in each response type, and nothing is sent", async ({
  world,
}) => {
  const tab = await laneTab(world, { onUnavailable: 'fail' });
  await tab.logout();
  world.app.seen.clear();
  for (const responseType of ['', 'text', 'json', 'blob', 'arraybuffer'] as const) {
    const { status, response, events } = await log(tab, '/api/echo', { responseType });
    expect(status).toBe(401);
    expect(JSON.parse(response)).toMatchObject({ status: 401, code: 'logged-out' });
    expect(events).toEqual([
      'readystatechange 1',
      'loadstart 1',
      'readystatechange 4',
      'load 4',
      'loadend 4',
    ]);
  }
  expect(world.app.seen.at('/api/echo')).toEqual([]);
});

test("inPage: 'always': upload progress comes, which a worker in the way swallows", async ({ world }) => {
  const tab = await world.openTab('a');
  expect(await tab.register({ inPage: 'always' })).toBe('page');
  const { events } = await log(tab, '/api/upload', { method: 'PUT', body: 'blob', watchesUpload: true });
  expect(events.filter((event) => event === 'upload progress').length).toBeGreaterThan(0);
  expect(events.filter((event) => event === 'upload load')).toHaveLength(1);
});

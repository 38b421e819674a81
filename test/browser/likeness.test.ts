import { expect } from 'vitest';
import type { Answer } from './pages/answer.js';
import type { SeenRequest } from './support/seen-requests.js';
import { test } from './support/world.js';
import type { World } from './support/world.js';

/** Every sort of fetch whose request or response a careless worker changes. */
const FETCHES: Readonly<Record<string, RequestInit & { readonly url?: string }>> = {
  'a plain GET': {},
  'a GET with headers': { headers: { 'X-Mine': 'a, b', Accept: 'text/plain', 'Accept-Language': 'pl' } },
  'a GET of a range': { headers: { Range: 'bytes=0-3' } },
  'a HEAD': { method: 'HEAD' },
  'a DELETE': { method: 'DELETE' },
  'a POST of JSON': { method: 'POST', body: '{"a":1}', headers: { 'Content-Type': 'application/json' } },
  'a POST of text': { method: 'POST', body: 'żółw' },
  'a POST of nothing': { method: 'POST' },
  'a PUT': { method: 'PUT', body: 'x' },
  'no-store': { cache: 'no-store' },
  reload: { cache: 'reload' },
  'no-cache': { cache: 'no-cache' },
  'without credentials': { credentials: 'omit' },
  'with credentials': { credentials: 'include' },
  'without a referrer': { referrerPolicy: 'no-referrer' },
  'with the origin as referrer': { referrerPolicy: 'origin' },
  'with a referrer of its own': { referrer: '/made/up' },
  'same-origin mode': { mode: 'same-origin' },
  'no-cors mode': { mode: 'no-cors' },
  keepalive: { keepalive: true },
  'low priority': { priority: 'low' },
  'wrong integrity': { integrity: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
  'a redirect that is followed': { url: '/api/open/redirect?to=/api/open/echo' },
  'a redirect that is kept by hand': { url: '/api/open/redirect?to=/api/open/echo', redirect: 'manual' },
  'a redirect that is an error': { url: '/api/open/redirect?to=/api/open/echo', redirect: 'error' },
  'a 307 of a POST': { url: '/api/open/redirect?status=307&to=/api/open/echo', method: 'POST', body: 'again' },
  'a 403': { url: '/api/open/forbidden' },
  'a 404': { url: '/api/open/no-such-thing' },
  'a picture': { url: '/api/open/picture.png' },
  'a download': { url: '/api/open/download' },
};

interface Observed {
  readonly answer: unknown;
  readonly requests: unknown;
}

/** What page and server notice, less what differs between any two sends: times, and the token itself. */
async function observe(world: World, fetchAll: () => Promise<Answer[]>): Promise<Record<string, Observed>> {
  world.app.seen.clear();
  const answers = await fetchAll();
  const names = Object.keys(FETCHES);
  return Object.fromEntries(
    answers.map((answer, at) => [
      names[at],
      {
        answer: {
          ...answer,
          headers: answer.headers.filter(([name]) => name !== 'date'),
          body: answer.body.replace(/,"claims":\{.*\}\}$/, '}'),
          startedAtMs: 0,
          elapsedMs: 0,
        },
        requests: world.app.seen.all.filter(({ headers }) => has(headers, 'x-case', String(at))).map(withoutToken),
      },
    ]),
  );
}

function has(headers: SeenRequest['headers'], name: string, value: string): boolean {
  return headers.some((header) => header[0] === name && header[1] === value);
}

function withoutToken({ method, url, headers, body }: SeenRequest): unknown {
  return { method, url, body, headers: headers.filter(([name]) => name !== 'authorization').sort() };
}

test('request and response of each sort of fetch are what they are without a worker, but for the header', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  const fetchAll = (): Promise<Answer[]> =>
    tab.evaluate(async (fetches) => {
      const answers = [];
      for (const [at, { url = '/api/open/echo', ...init }] of fetches.entries()) {
        const headers = new Headers(init.headers);
        headers.set('x-case', String(at));
        answers.push(await harness.answer(url, { ...init, headers: [...headers] }));
      }
      return answers;
    }, Object.values(FETCHES));
  const bare = await observe(world, fetchAll);
  await tab.register();
  await tab.fetch('/api/open/echo');
  const covered = await observe(world, fetchAll);

  expect(covered).toEqual(bare);
  const carried = world.app.seen.all.filter(({ path }) => path.startsWith('/api/'));
  expect(carried.map(({ authorization }) => authorization.length)).toEqual(carried.map(() => 1));
});

test('an XMLHttpRequest reads the same status, headers, address and body as without a worker', async ({ world }) => {
  const tab = await world.openTab('a');
  const send = async (): Promise<unknown> => {
    const read = await tab.evaluate(() =>
      harness.xhr('/api/open/echo', { method: 'POST', body: 'text', headers: { 'X-Mine': '1' } }),
    );
    const { claims: _, ...body } = JSON.parse(read.body) as Record<string, unknown>;
    return { ...read, body, headers: read.headers.replace(/^date:.*\r\n/m, '') };
  };
  const bare = await send();
  await tab.register();
  await tab.fetch('/api/open/echo');

  expect(await send()).toEqual(bare);
  const [before, after] = world.app.seen.at('/api/open/echo').filter(({ method }) => method === 'POST');
  expect(withoutToken(after!)).toEqual(withoutToken(before!));
  expect(after!.authorization).toHaveLength(1);
});

test('a picture differs on the wire by the header and its Sec-Fetch fields alone', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.evaluate(() => harness.image('/api/open/picture.png?bare'));
  await tab.register();
  await tab.evaluate(() => harness.image('/api/open/picture.png?covered'));

  const [bare, covered] = world.app.seen
    .at('/api/open/picture.png')
    .map(({ headers }) => headers.filter(([name]) => !/^(authorization|sec-fetch-(dest|mode))$/.test(name)).sort());
  expect(covered).toEqual(bare);
});

test('an abort reaches the caller at once, and leaves the other requests alone', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register();
  tab.behave({ kind: 'token', delayMs: 1_500 });
  const outcome = await tab.evaluate(async () => {
    const controller = new AbortController();
    const waits = harness.answer('/api/echo');
    const aborted = harness.answer('/api/report', { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 200));
    controller.abort();
    return { aborted: await aborted, waits: await waits };
  });

  expect(outcome.aborted.error).toBe('AbortError');
  expect(outcome.aborted.elapsedMs).toBeLessThan(1_000);
  expect(outcome.waits.status).toBe(200);
});

import { expect } from 'vitest';
import type { SeenRequest } from './support/seen-requests.js';
import type { Tab } from './support/tab.js';
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
  keepalive: { keepalive: true },
  'low priority': { priority: 'low' },
  'wrong integrity': { integrity: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
  'a redirect that is followed': { url: '/api/open/redirect?to=/api/open/echo' },
  'a redirect that is kept by hand': { url: '/api/open/redirect?to=/api/open/echo', redirect: 'manual' },
  'a redirect that is an error': { url: '/api/open/redirect?to=/api/open/echo', redirect: 'error' },
  'a 307 of a POST': {
    url: '/api/open/redirect?status=307&to=/api/open/echo',
    method: 'POST',
    body: 'again',
  },
  'a 403': { url: '/api/open/forbidden' },
  'a 404': { url: '/api/open/no-such-thing' },
  'a picture': { url: '/api/open/picture.png' },
  'a download': { url: '/api/open/download' },
};

interface Observed {
  readonly answer: unknown;
  readonly requests: unknown;
  readonly tokens: readonly number[];
}

/** What page and server notice of each fetch, less what differs between any two sends: times and the token. */
async function observe(world: World, tab: Tab): Promise<Record<string, Observed>> {
  const observed: Record<string, Observed> = {};
  for (const [name, { url = '/api/open/echo', ...init }] of Object.entries(FETCHES)) {
    world.app.seen.clear();
    const answer = await tab.fetch(url, init);
    observed[name] = {
      answer: {
        ...answer,
        headers: answer.headers.filter(([header]) => header !== 'date'),
        body: answer.body.replace(/,"claims":\{.*\}\}$/, '}'),
        startedAtMs: 0,
        elapsedMs: 0,
      },
      requests: covered(world).map(withoutToken),
      tokens: covered(world).map(({ authorization }) => authorization.length),
    };
  }
  return observed;
}

function covered(world: World): SeenRequest[] {
  return world.app.seen.all.filter(({ path }) => path.startsWith('/api/'));
}

function withoutToken({ method, url, headers, body }: SeenRequest): unknown {
  return { method, url, body, headers: headers.filter(([name]) => name !== 'authorization').sort() };
}

test('request and response of each sort of fetch are what they are without a worker, but for the header', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  const bare = await observe(world, tab);
  await tab.register();
  await tab.fetch('/api/open/echo');
  const after = await observe(world, tab);

  for (const [name, { tokens, ...rest }] of Object.entries(after)) {
    const { tokens: none, ...without } = bare[name]!;
    expect(rest, name).toEqual(without);
    expect(none, name).toEqual(tokens.map(() => 0));
    expect(tokens, name).toEqual(tokens.map(() => 1));
  }
});

test('an XMLHttpRequest reads the same status, headers, address and body as without a worker', async ({
  world,
}) => {
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

// What a worker rebuilds has no client hints in Chromium, and no script may set them.
test.for(['image', 'fetch'] as const)(
  'a no-cors request (%s) differs on the wire by the header, its Sec-Fetch fields and client hints alone',
  async (send, { world }) => {
    const tab = await world.openTab('a');
    const go = (query: string): Promise<unknown> =>
      tab.evaluate(
        (send, url) => (send === 'image' ? harness.image(url) : harness.answer(url, { mode: 'no-cors' })),
        send,
        `/api/open/picture.png?${query}`,
      );
    await go('bare');
    await tab.register();
    await tab.fetch('/api/open/echo');
    await go('covered');

    const [bare, after] = world.app.seen
      .at('/api/open/picture.png')
      .map(({ headers }) =>
        headers.filter(([name]) => !/^(authorization|sec-fetch-(dest|mode)|sec-ch-ua.*)$/.test(name)).sort(),
      );
    expect(after).toEqual(bare);
    expect(world.app.seen.all.at(-1)?.authorization).toHaveLength(1);
  },
);

test('35 · an abort reaches the caller at once, and leaves the other requests alone', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register();
  tab.behave({ kind: 'token', delayMs: 1_500 });
  const outcome = await tab.evaluate(async () => {
    const controller = new AbortController();
    const waits = harness.answer('/api/echo');
    const aborted = harness.answer('/api/report', { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const abortedAt = performance.now();
    controller.abort();
    const { error } = await aborted;
    return { error, tookMs: performance.now() - abortedAt, waits: await waits };
  });

  expect(outcome.error).toBe('AbortError');
  expect(outcome.tookMs).toBeLessThan(500);
  expect(outcome.waits.status).toBe(200);
});

import { expect } from 'vitest';
import type { Tab } from './support/tab.js';
import { engineName } from './support/start-engine.js';
import { onlyIn, test } from './support/world.js';
import type { World } from './support/world.js';

/** The server saw this path once, with one good token on it. */
function expectOneGoodToken(world: World, path: string): void {
  const { authorization, judgement } = world.app.seen.only(path);
  expect(authorization).toHaveLength(1);
  expect(judgement.verdict).toBe('good');
}

async function registeredTab(world: World): Promise<Tab> {
  const tab = await world.openTab('a');
  expect(await tab.register()).toBe('service-worker');
  world.app.seen.clear();
  return tab;
}

test('fetch carries the header exactly once', async ({ world }) => {
  const tab = await registeredTab(world);
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expectOneGoodToken(world, '/api/echo');
});

test('XMLHttpRequest carries the header exactly once', async ({ world }) => {
  const tab = await registeredTab(world);
  expect(await tab.evaluate(() => harness.xhr('/api/echo'))).toMatchObject({ status: 200 });
  expectOneGoodToken(world, '/api/echo');
});

test('axios carries the header exactly once', async ({ world }) => {
  const tab = await registeredTab(world);
  expect(await tab.evaluate(() => harness.axiosGet('/api/echo'))).toMatchObject({ status: 200 });
  expectOneGoodToken(world, '/api/echo');
});

test('36 · an <img> carries the header exactly once, and is drawn', async ({ world }) => {
  const tab = await registeredTab(world);
  expect(await tab.evaluate(() => harness.image('/api/picture.png'))).toBe(1);
  expectOneGoodToken(world, '/api/picture.png');
});

test.for(['audio', 'video'] as const)(
  '36 · an <%s> carries the header on every range, and seeks',
  async (tag, { world }) => {
    const tab = await registeredTab(world);
    expect(await tab.evaluate((tag) => harness.media(tag, '/api/tone.wav', 110), tag)).toBeCloseTo(110, 0);
    const seen = world.app.seen.at('/api/tone.wav');
    expect(seen.map(({ authorization, judgement }) => [authorization.length, judgement.verdict])).toEqual(
      seen.map(() => [1, 'good']),
    );
    const ranges = seen.flatMap(({ headers }) => headers.filter(([name]) => name === 'range'));
    // WebKit asks for the whole of it first.
    expect(ranges).toHaveLength(engineName === 'webkit' ? seen.length - 1 : seen.length);
    expect(seen.length).toBeGreaterThan(1);
  },
);

test('38 · an EventSource carries the header exactly once, and a fresh token when it comes back', async ({
  world,
}) => {
  const tab = await registeredTab(world);
  const first = await tab.evaluate(() => harness.eventSource('/api/events', 3));
  world.app.issuer.revokeAll();
  const later = await tab.evaluate(() => harness.eventSource('/api/events?again', 5));

  expect(new Set(first).size).toBe(1);
  expect(later).not.toContain(first[0]);
  for (const { authorization } of world.app.seen.at('/api/events')) expect(authorization).toHaveLength(1);
});

test('sendBeacon carries the header exactly once, with its body', async ({ world }) => {
  const tab = await registeredTab(world);
  await tab.fetch('/api/echo');
  expect(await tab.evaluate(() => navigator.sendBeacon('/api/upload', 'left at noon'))).toBe(true);
  await expect.poll(() => world.app.seen.at('/api/upload').length).toBe(1);
  expectOneGoodToken(world, '/api/upload');
  expect(world.app.seen.only('/api/upload').body.bytes).toBe('left at noon'.length);
});

// Firefox does not tell a worker that a request is a beacon: it waits as any other.
onlyIn(
  test,
  'chromium',
  'webkit',
)(
  '58 · a beacon with no token at hand goes at once without one, and waits for no provider',
  async ({ world }) => {
    const tab = await registeredTab(world);
    tab.behave({ kind: 'hang' });
    const sentAtMs = await tab.evaluate(() => {
      const nowMs = Date.now();
      navigator.sendBeacon('/api/upload', 'x');
      return nowMs;
    });
    await expect.poll(() => world.app.seen.at('/api/upload').length).toBe(1);
    expect(world.app.seen.only('/api/upload').judgement.verdict).toBe('missing');
    expect(world.app.seen.only('/api/upload').arrivedAtMs - sentAtMs).toBeLessThan(1_000);
  },
);

// Firefox does not show it to a worker.
onlyIn(
  test,
  'chromium',
  'webkit',
)('a keepalive fetch carries the header exactly once, also when its page goes away', async ({ world }) => {
  const tab = await registeredTab(world);
  // It never waits for a token, so there has to be one.
  await tab.fetch('/api/open/echo');
  expect(await tab.fetch('/api/echo', { keepalive: true })).toMatchObject({ status: 200 });
  expectOneGoodToken(world, '/api/echo');

  await tab.evaluate(() => {
    addEventListener(
      'pagehide',
      () => void fetch('/api/report', { method: 'POST', body: 'bye', keepalive: true }),
    );
  });
  await tab.page.goto(`${world.app.origin}/landed`);
  await expect.poll(() => world.app.seen.at('/api/report').length).toBe(1);
  expectOneGoodToken(world, '/api/report');
});

test("a dedicated worker's fetch carries the header exactly once", async ({ world }) => {
  const tab = await registeredTab(world);
  await tab.fetch('/api/open/echo');
  expect(await tab.evaluate(() => harness.dedicatedWorkerFetch('/api/echo'))).toMatchObject({ status: 200 });
  expectOneGoodToken(world, '/api/echo');
});

test('31 · a header that the caller set is left as it is, and its 401 is the caller’s own', async ({
  world,
}) => {
  const tab = await registeredTab(world);
  await tab.fetch('/api/echo');
  const calls = tab.providerCalls.length;
  const answer = await tab.fetch('/api/report', { headers: { authorization: 'Basic bWU6bWU=' } });

  expect(answer.status).toBe(401);
  expect(world.app.seen.only('/api/report').authorization).toEqual(['Basic bWU6bWU=']);
  expect(tab.providerCalls).toHaveLength(calls);
});

test('uncovered paths, excluded paths and other origins get no token', async ({ world }) => {
  const { app } = world;
  const tab = await world.openTab('a');
  await tab.register({ include: ['/api/'], exclude: ['/api/open/'] });
  await tab.fetch('/api/echo');
  await tab.fetch('/other/echo');
  await tab.fetch('/api/open/echo');
  await tab.fetch(`${app.elsewhere}/api/open/echo`, { mode: 'no-cors' });
  await tab.fetch(`${app.attacker}/api/open/echo`, { mode: 'no-cors' });

  expect(app.seen.only('/other/echo').authorization).toEqual([]);
  expect(app.seen.only('/api/open/echo').authorization).toEqual([]);
  expect(app.seenElsewhere.at('/api/open/echo').map(({ authorization }) => authorization)).toEqual([[], []]);
});

test('a scheme and a header of the app’s own are sent instead of Authorization: Bearer', async ({
  world,
}) => {
  const { app } = world;
  const tab = await world.openTab('a');
  await tab.register({ scheme: 'JWT', header: 'X-App-Token' });
  await tab.fetch('/api/open/echo');

  const { headers, authorization } = app.seen.only('/api/open/echo');
  expect(authorization).toEqual([]);
  expect(headers.filter(([name]) => name === 'x-app-token')).toEqual([
    ['x-app-token', `JWT ${app.issuer.issued.at(-1)?.token}`],
  ]);
});

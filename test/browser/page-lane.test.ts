import { expect } from 'vitest';
import { ALICE, BOB, onlyIn, test } from './support/world.js';
import type { World } from './support/world.js';
import { knowNewest } from './support/know-newest.js';
import { MODE_CHANGE } from './support/tab.js';
import type { Tab } from './support/tab.js';

/** A tab that can have no worker, and has registered. */
async function fallbackTab(world: World, name: string, options = {}): Promise<Tab> {
  world.app.workerScript = 'missing';
  const tab = await world.openTab(name);
  expect(await tab.register(options)).toBe('page');
  return tab;
}

test('no worker to be had: fetch, XHR and axios of the page carry the header exactly once', async ({
  world,
}) => {
  const tab = await fallbackTab(world, 'a');
  expect(await tab.fetch('/api/echo?by=fetch')).toMatchObject({ status: 200 });
  expect(await tab.evaluate(() => harness.xhr('/api/echo?by=xhr'))).toMatchObject({ status: 200 });
  expect(await tab.evaluate(() => harness.axiosGet('/api/echo?by=axios'))).toMatchObject({ status: 200 });

  const seen = world.app.seen.at('/api/echo');
  expect(seen.map(({ authorization }) => authorization.length)).toEqual([1, 1, 1]);
  expect(seen.map(({ judgement }) => judgement.verdict)).toEqual(['good', 'good', 'good']);
  expect(tab.providerCalls).toHaveLength(1);
});

test('without a worker: uncovered paths, other origins and a caller’s own header are left as they are', async ({
  world,
}) => {
  const tab = await fallbackTab(world, 'a');
  await tab.fetch('/other/echo');
  await tab.fetch('/api/open/echo', { headers: { authorization: 'Basic own' } });
  await tab.fetch(`${world.app.elsewhere}/api/open/echo`);
  await tab.evaluate(() => harness.xhr('/other/echo?by=xhr'));
  await tab.evaluate(() => harness.xhr('/api/open/echo?by=xhr', { headers: { Authorization: 'Basic own' } }));

  expect(world.app.seen.at('/other/echo').map(({ authorization }) => authorization)).toEqual([[], []]);
  expect(world.app.seen.at('/api/open/echo').map(({ authorization }) => authorization)).toEqual([
    ['Basic own'],
    ['Basic own'],
  ]);
  expect(world.app.seenElsewhere.all.flatMap(({ authorization }) => authorization)).toEqual([]);
});

test('1 · without a worker, a refused token: 50 requests, half of them XHR, one provider call, 50 answers', async ({
  world,
}) => {
  const tab = await fallbackTab(world, 'a');
  await tab.fetch('/api/echo');
  world.app.issuer.revokeAll();
  world.app.tokenHost.calls.length = 0;
  const statuses = await tab.evaluate(async () => {
    const sent = Array.from({ length: 50 }, (_, at) =>
      at % 2 ? harness.xhr(`/api/echo?at=${at}`) : harness.answer(`/api/echo?at=${at}`),
    );
    return (await Promise.all(sent)).map(({ status }) => status);
  });

  expect(statuses).toEqual(statuses.map(() => 200));
  expect(tab.providerCalls).toHaveLength(1);
});

test('two tabs in their own lanes and one with a worker, of one identity: a refused token, one provider call', async ({
  world,
}) => {
  // They stay in their lanes when the worker claims them.
  const a = await fallbackTab(world, 'a', { inPage: 'always' });
  const b = await fallbackTab(world, 'b', { inPage: 'always' });
  world.app.workerScript = 'built';
  const c = await world.openTab('c');
  expect(await c.register()).toBe('service-worker');
  for (const tab of [a, b, c]) await tab.fetch('/api/echo');
  await knowNewest(world, [a, b, c]);
  world.app.issuer.revokeAll();
  world.app.tokenHost.calls.length = 0;
  const bursts = await Promise.all(
    [a, b, c].map((tab) => tab.evaluate(() => harness.traffic.burst('/api/echo', 20))),
  );

  const statuses = bursts.flat().map(({ status }) => status);
  expect(statuses).toEqual(statuses.map(() => 200));
  expect(world.app.tokenHost.calls).toHaveLength(1);
});

test('43 · two tenants without a worker, in one partition: each back end sees its own', async ({ world }) => {
  world.app.workerScript = 'missing';
  const a = await world.openTab('a', { holder: ALICE });
  const b = await world.openTab('b', { holder: BOB });
  await a.register();
  await b.register();
  for (let round = 0; round < 5; round += 1) {
    await Promise.all([a, b].map((tab) => tab.fetch(`/api/echo?tab=${tab.name}`)));
  }
  for (const { url, judgement } of world.app.seen.at('/api/echo')) {
    expect(judgement.claims?.iss).toBe(url.endsWith('tab=a') ? ALICE.iss : BOB.iss);
  }
});

test('a page in its own lane gives way when another tab has brought a worker, and loses and doubles no request', async ({
  world,
}) => {
  const a = await fallbackTab(world, 'a');
  await a.fetch('/api/echo');
  world.app.seen.clear();
  await a.evaluate(() => harness.traffic.start('/api/echo', 10, 3));
  world.app.workerScript = 'built';
  const b = await world.openTab('b');
  expect(await b.register()).toBe('service-worker');
  await expect
    .poll(() => a.evaluate(() => harness.registrations.at().mode), MODE_CHANGE)
    .toBe('service-worker');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const samples = await a.evaluate(() => harness.traffic.stop());

  expect(samples.map(({ status }) => status)).toEqual(samples.map(() => 200));
  const urls = world.app.seen.at('/api/echo').map(({ url }) => url);
  expect(new Set(urls).size).toBe(urls.length);
  expect(urls).toHaveLength(samples.length);
  expect((await a.events('statusChange')).length).toBeGreaterThan(0);
  // The page's own `fetch` is back.
  expect(await a.evaluate(() => String(fetch))).toContain('[native code]');
});

test('logged out in its own lane, then taken over by a worker: its user logs in elsewhere, and it has a token again', async ({
  world,
}) => {
  const a = await fallbackTab(world, 'a');
  const b = await fallbackTab(world, 'b');
  for (const tab of [a, b]) expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  await b.logout();
  await expect.poll(() => a.events('loggedOut')).toHaveLength(1);
  world.app.workerScript = 'built';
  const stranger = await world.openTab('c', { holder: BOB });
  expect(await stranger.register()).toBe('service-worker');
  expect(await stranger.fetch('/api/echo')).toMatchObject({ status: 200 });
  await expect.poll(() => a.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  const calls = a.providerCalls.length;
  expect(await a.fetch('/api/echo')).toMatchObject({ status: 401 });

  const again = await world.openTab('d');
  await again.register();
  expect(await again.fetch('/api/echo')).toMatchObject({ status: 200 });
  // Nobody had asked it while it was logged out.
  expect(a.providerCalls).toHaveLength(calls);
  await expect.poll(async () => (await a.fetch('/api/echo')).status).toBe(200);
  // And gives way to the worker, as it would have before.
  await expect
    .poll(() => a.evaluate(() => harness.registrations.at().mode), MODE_CHANGE)
    .toBe('service-worker');
  expect(await a.fetch('/api/echo')).toMatchObject({ status: 200 });
});

onlyIn(test, 'chromium')(
  'the worker is gone, with all site data: the page goes on in its own lane',
  async ({ world }) => {
    const tab = await world.openTab('a');
    expect(await tab.register()).toBe('service-worker');
    await tab.fetch('/api/echo');
    world.app.workerScript = 'missing';
    await tab.evaluate(() => fetch('/forget'));
    await expect.poll(() => tab.evaluate(() => harness.registrations.at().mode), MODE_CHANGE).toBe('page');
    world.app.seen.clear();
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    expect(world.app.seen.only('/api/echo').judgement.verdict).toBe('good');
  },
);

test("inPage: 'always', the provider has failed for lane and worker, and the lane gets a token: nor does the worker wait", async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register({ inPage: 'always' });
  const image = (): Promise<number> => tab.evaluate(() => harness.image('/api/picture.png').catch(() => 0));
  tab.behave({ kind: 'reject', message: 'The host is not there.' });
  for (const calls of [1, 2]) {
    // Asked in vain a moment ago, it does not ask.
    await expect.poll(async () => [await image(), tab.providerCalls.length]).toEqual([0, calls]);
  }
  tab.behave({ kind: 'token' });

  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(await image()).toBeGreaterThan(0);
  expect(tab.providerCalls).toHaveLength(3);
});

test("inPage: 'always': fetch and XHR go by the page, an image by the worker; one provider call for both", async ({
  world,
}) => {
  const tab = await world.openTab('a');
  expect(await tab.register({ inPage: 'always' })).toBe('page');
  expect(await tab.evaluate(() => String(fetch))).not.toContain('[native code]');
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(await tab.evaluate(() => harness.image('/api/picture.png'))).toBeGreaterThan(0);
  expect(await tab.evaluate(() => harness.eventSource('/api/events', 3))).toHaveLength(3);
  expect(tab.providerCalls).toHaveLength(1);
  expect(
    world.app.seen.all
      .filter(({ path }) => path.startsWith('/api/'))
      .map((seen) => seen.authorization.length),
  ).toEqual([1, 1, 1]);
});

test("inPage: 'always', logout: neither the page nor the worker sends the token, and storage holds none of it", async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register({ inPage: 'always' });
  await tab.fetch('/api/echo');
  await tab.evaluate(() => harness.image('/api/picture.png'));
  const { token } = world.app.tokenHost.calls[0]!.issued!;
  await tab.logout();
  world.app.seen.clear();
  await tab.fetch('/api/open/echo');
  await tab.evaluate(() => harness.image('/api/picture.png'));

  expect(world.app.seen.all.flatMap(({ authorization }) => authorization)).toEqual([]);
  expect(JSON.stringify(await tab.evaluate(() => harness.dumpStorage()))).not.toContain(token.slice(-20));
  const loggedOut = await tab.events('loggedOut');
  expect(loggedOut.map(({ detail }) => detail['origin'])).toEqual(['local']);
});

onlyIn(
  test,
  'chromium',
  'firefox',
)(
  "inPage: 'always', logout of a page that a worker which slept has never asked: it opens nothing",
  async ({ world }) => {
    const a = await world.openTab('a');
    const b = await world.openTab('b');
    await a.register({ inPage: 'always' });
    await b.register();
    for (const tab of [a, b]) expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    // It does not hear the lane say so.
    await world.profile.stopWorkers();
    await a.logout();
    const calls = world.app.tokenHost.calls.length;

    for (const tab of [a, b]) expect(await tab.fetch('/api/echo')).toMatchObject({ status: 401 });
    expect(world.app.tokenHost.calls).toHaveLength(calls);
  },
);

test('41 · logout in a tab with the worker: a tab in its own lane sends no old token', async ({ world }) => {
  const a = await world.openTab('a');
  await a.register();
  await a.fetch('/api/echo');
  const b = await world.openTab('b');
  await b.register({ inPage: 'always' });
  await b.fetch('/api/echo');
  await a.logout();
  await expect.poll(async () => (await b.events('loggedOut')).length).toBe(1);
  world.app.seen.clear();
  await b.fetch('/api/open/echo');

  expect(world.app.seen.only('/api/open/echo').authorization).toEqual([]);
});

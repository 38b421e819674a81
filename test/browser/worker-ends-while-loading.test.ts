import { expect } from 'vitest';
import { FaultyNetwork } from './support/faults-network.js';
import { MODE_CHANGE } from './support/tab.js';
import type { Tab } from './support/tab.js';
import { onlyIn, test, type World } from './support/world.js';

/*
 * Where the worker ends while a page's document is on its way, Chromium (156) gives that page a controller and no way to
 * it, for as long as it lives. Half a minute without a request ends a worker: whoever comes back then meets it.
 */

/** A tab whose document was on its way as the worker ended. */
async function openAsWorkerEnds(world: World, name: string): Promise<Tab> {
  const document = new FaultyNetwork(world.app).hold('/page.html');
  const opening = world.openTab(name);
  await document.arrived;
  await world.profile.stopWorkers();
  document.release();
  return opening;
}

const image = (tab: Tab): Promise<number> =>
  tab.evaluate(() => harness.image('/api/picture.png').catch(() => 0));

const warningsOf = ({ page }: Tab): string[] =>
  page.console.filter((line) => line.includes('bearer-worker:'));

onlyIn(test, 'chromium')(
  'the worker ends while a page loads: that page attaches its tokens itself, and says why, until it is loaded again',
  async ({ world }) => {
    const other = await world.openTab('a');
    await other.register();
    const tab = await openAsWorkerEnds(world, 'b');

    expect(await tab.register()).toBe('page');
    expect(await tab.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    expect(await image(tab)).toBe(0);
    expect(await image(other)).toBeGreaterThan(0);
    expect(warningsOf(tab)).toEqual([expect.stringContaining('does not get to its worker. Reload the page')]);

    await tab.page.reload();
    expect(await tab.register()).toBe('service-worker');
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    expect(await image(tab)).toBeGreaterThan(0);
  },
);

onlyIn(test, 'chromium')(
  'the worker ends while a page loads: it has a way to the next worker, and gives way to that',
  async ({ world }) => {
    const other = await world.openTab('a');
    await other.register();
    const tab = await openAsWorkerEnds(world, 'b');
    expect(await tab.register()).toBe('page');
    await other.register({ include: ['/api/', '/more/'] });

    const mode = (): Promise<string> => tab.evaluate(() => harness.registrations.at().mode);
    await expect.poll(mode, MODE_CHANGE).toBe('service-worker');
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    expect(await image(tab)).toBeGreaterThan(0);
  },
);

onlyIn(test, 'chromium')(
  "the worker ends while a page loads that is not to attach tokens itself (inPage: 'never'): its registration says so",
  async ({ world }) => {
    await (await world.openTab('a')).register();
    const tab = await openAsWorkerEnds(world, 'b');
    expect(await tab.tryRegister({ inPage: 'never' })).toMatchObject({
      ok: false,
      error: { code: 'worker-unavailable', message: expect.stringContaining('Reload the page') as string },
    });
  },
);

onlyIn(test, 'chromium')(
  'the worker ends while a page loads: it is found out though the browser’s cache has an empty answer of a covered path',
  async ({ world }) => {
    new FaultyNetwork(world.app).add(({ seen, response }) => {
      if (seen.path !== '/api/empty') return false;
      response.writeHead(204, { 'cache-control': 'max-age=600' }).end();
      return true;
    });
    const include = ['/api/empty', '/api/'];
    const other = await world.openTab('a');
    await other.register({ include });
    expect(await other.fetch('/api/empty')).toMatchObject({ status: 204 });
    const tab = await openAsWorkerEnds(world, 'b');
    expect(await tab.register({ include })).toBe('page');
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  },
);

onlyIn(test, 'chromium')(
  'a worker takes over that does not get to see the page’s requests: the page attaches its tokens itself, as one that registers does',
  async ({ world }) => {
    const tab = await world.openTab('a');
    expect(await tab.register()).toBe('service-worker');
    world.app.workerScript = (built) =>
      `self.addEventListener('fetch', (event) => {
      if (event.request.url.includes('/api/')) event.respondWith(fetch(event.request));
    });\n${built}`;
    await tab.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));

    const mode = (): Promise<string> => tab.evaluate(() => harness.registrations.at().mode);
    await expect.poll(mode, MODE_CHANGE).toBe('page');
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    // What warns is loaded only then.
    await expect.poll(() => warningsOf(tab).length).toBe(1);
  },
);

test('a policy that names the API’s paths singly, and so forbids to ask the worker, is not taken for a worker that is not reached', async ({
  world,
}) => {
  const { app } = world;
  const allowed = ['/mint', '/api/echo', '/recorded'].map((path) => `${app.origin}${path}`);
  new FaultyNetwork(app).add(({ seen, response }) => {
    if (seen.path === '/page.html')
      response.setHeader('content-security-policy', `connect-src ${allowed.join(' ')}`);
    return false;
  });
  const tab = await world.openTab('a');
  expect(await tab.register()).toBe('service-worker');
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(warningsOf(tab)).toEqual([]);
});

test('whether its requests get to the worker a page finds out by no network and no provider, also where all paths are covered', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register({ include: ['/'] });
  world.app.seen.clear();
  expect(await tab.register({ include: ['/'] })).toBe('service-worker');
  expect(tab.providerCalls).toHaveLength(0);
  expect(world.app.seen.all.filter(({ path }) => path !== '/bearer-worker.js')).toEqual([]);
});

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect } from 'vitest';
import type { RegisterOptions } from '../../browser/pages/registrations.js';
import { test } from '../../browser/support/world.js';
import type { World } from '../../browser/support/world.js';
import type { Tab } from '../../browser/support/tab.js';
import { bundleWorker } from '../support/clients/bundle.js';
import { covered, load, openClient } from '../support/clients/client-tab.js';
import { WORKER } from '../support/clients/lanes.js';

const MSW_WORKER = createRequire(import.meta.url).resolve('msw/mockServiceWorker.js');

/** The worker at our usual address is one for both; the page attaches to what it sends itself. */
const ONE_WORKER: RegisterOptions = { inPage: 'always' };

/** A folder that no page of the app is in: our worker controls nobody, and MSW’s stays where it is. */
const BESIDE_MSW: RegisterOptions = { inPage: 'always', scope: '/no-pages-here/' };

async function openWithMsw(world: World): Promise<Tab> {
  const tab = await openClient(world, WORKER, 'msw');
  const routes = world.app.intercept!;
  const script = await readFile(MSW_WORKER);
  world.app.intercept = (exchange) => {
    if (exchange.seen.path !== '/mockServiceWorker.js') return routes(exchange);
    exchange.response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    return true;
  };
  return tab;
}

/** Mocked and not mocked, through a refusal of each. */
async function expectBoth(world: World, tab: Tab): Promise<void> {
  await tab.evaluate(() => void mswClient.handled.splice(0));
  world.app.seen.clear();
  expect(await tab.evaluate(() => mswClient.get('/api/mocked'))).toEqual({ by: 'a mock' });
  await tab.evaluate(() => mswClient.refuseLast());
  const calls = await tab.evaluate(() =>
    Promise.all([
      mswClient.get('/api/mocked'),
      mswClient.post('/api/mocked', 'fetch'),
      mswClient.post('/api/mocked', 'xhr'),
    ]),
  );
  const posted = { got: { total: 1 } };
  expect(calls).toEqual([{ by: 'a mock' }, posted, posted]);
  expect(tab.providerCalls.map(({ reason }) => reason)).toEqual(['initial', 'rejected']);
  const tokens = await tab.evaluate(() => mswClient.handled.map(({ authorization }) => authorization));
  expect(tokens).not.toContain(null);
  expect(new Set(tokens).size).toBe(2);
  expect(covered(world)).toEqual([]);

  world.app.issuer.revokeAll();
  expect(await tab.evaluate(() => mswClient.get('/api/echo'))).toMatchObject({ method: 'GET' });
  expect(await tab.evaluate(() => mswClient.post('/api/report', 'xhr'))).toMatchObject({ method: 'POST' });
  expect(covered(world).map(({ path, judgement }) => [path, judgement.verdict])).toEqual([
    ['/api/echo', 'revoked'],
    ['/api/echo', 'good'],
    ['/api/report', 'good'],
  ]);
  expect(tab.providerCalls).toHaveLength(3);
}

test('MSW in one worker with ours: its handlers see the token and may refuse it, what is not mocked reaches the server with one, images too', async ({
  world,
}) => {
  const tab = await openWithMsw(world);
  const worker = await bundleWorker('dev-worker.js');
  world.app.workerScript = () => worker;
  expect(await tab.register(ONE_WORKER)).toBe('page');
  expect(await tab.evaluate(() => mswClient.start('/bearer-worker.js'))).toBe(true);
  expect(await tab.evaluate(() => mswClient.workers())).toEqual(['/ /bearer-worker.js']);
  await expectBoth(world, tab);
  expect(await tab.evaluate(() => harness.image('/api/picture.png'))).toBe(1);
  expect(world.app.seen.only('/api/picture.png').judgement.verdict).toBe('good');
  const complaints = tab.page.console.filter((line) => !line.includes('status of 401'));
  expect(complaints).toEqual([]);

  // MSW takes its registration along with its last page; the next page has both again.
  await tab.page.reload();
  await load(tab, 'msw');
  expect(await tab.register(ONE_WORKER)).toBe('page');
  expect(await tab.evaluate(() => mswClient.start('/bearer-worker.js'))).toBe(true);
  expect(await tab.evaluate(() => mswClient.get('/api/mocked'))).toEqual({ by: 'a mock' });
  expect(await tab.evaluate(() => harness.image('/api/picture.png?again'))).toBe(1);
});

test('MSW’s own worker, and ours with a scope of no pages: its handlers see the token and may refuse it; images go without', async ({
  world,
}) => {
  const tab = await openWithMsw(world);
  expect(await tab.evaluate(() => mswClient.start('/mockServiceWorker.js'))).toBe(true);
  expect(await tab.register(BESIDE_MSW)).toBe('page');
  expect(await tab.evaluate(() => mswClient.controller())).toBe('/mockServiceWorker.js');
  await expectBoth(world, tab);
  expect(await tab.evaluate(() => harness.image('/api/picture.png'))).toBe(0);
  expect(world.app.seen.only('/api/picture.png').judgement.verdict).toBe('missing');
  expect(tab.page.console.join()).toContain('outside the worker');
});

test('MSW and ours as two workers of one scope: whoever comes last takes the page from the other', async ({
  world,
}) => {
  const tab = await openWithMsw(world);
  await tab.evaluate(() => mswClient.start('/mockServiceWorker.js'));
  expect(await tab.evaluate(() => mswClient.get('/api/mocked'))).toBe(401);
  expect(await tab.register()).toBe('service-worker');
  expect(await tab.evaluate(() => mswClient.workers())).toEqual(['/ /bearer-worker.js']);
  // Nobody mocks any more.
  expect(await tab.evaluate(() => mswClient.get('/api/mocked'))).toBe(404);
});

test('the worker in docs/clients.md is the one that is tried here', async () => {
  const docs = await readFile(new URL('../../../docs/clients.md', import.meta.url), 'utf8');
  const source = await readFile(new URL('../support/clients/pages/dev-worker.js', import.meta.url), 'utf8');
  // But for the line that is for our linter.
  expect(docs).toContain(source.slice(source.indexOf('import {')));
});

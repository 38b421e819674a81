import { expect } from 'vitest';
import type { Tab } from './support/tab.js';
import { test } from './support/world.js';
import type { World } from './support/world.js';

/** What a static route made of a request: `network`; or nothing, where none was for it and the worker was asked. */
async function routeOf(tab: Tab, path: string): Promise<string> {
  return tab.evaluate((wanted) => {
    const entries = performance.getEntriesByType('resource') as (PerformanceResourceTiming & {
      workerFinalSourceType: string;
    })[];
    return entries.findLast(({ name }) => name.includes(wanted))!.workerFinalSourceType;
  }, path);
}

async function pageLaneTab(world: World): Promise<Tab> {
  const tab = await world.openTab('a');
  expect(await tab.register({ inPage: 'always' })).toBe('page');
  return tab;
}

test('a page in its own lane sends fetch and XHR with its token past the worker, and images through it', async ({
  world,
}) => {
  const tab = await pageLaneTab(world);
  expect(await tab.fetch('/api/echo?by=fetch')).toMatchObject({ status: 200 });
  await tab.evaluate(() => harness.xhrLog('/api/echo?by=xhr', {}));
  await tab.evaluate(
    () =>
      new Promise((resolve) => {
        const image = new Image();
        image.onload = image.onerror = resolve;
        image.src = '/api/picture.png?by=image';
      }),
  );
  const all = [...world.app.seen.at('/api/echo'), ...world.app.seen.at('/api/picture.png')];
  expect(all.map(({ authorization }) => authorization.length)).toEqual([1, 1, 1]);
  expect(await routeOf(tab, 'by=fetch')).toBe('network');
  expect(await routeOf(tab, 'by=xhr')).toBe('network');
  expect(await routeOf(tab, 'by=image')).toBe('');
});

test('past the worker a page sees no trace in its answers: URL, redirects to this origin and another', async ({
  world,
}) => {
  const tab = await pageLaneTab(world);
  const plain = await tab.fetch('/api/open/echo#mine');
  expect(plain.url).toBe(`${world.app.origin}/api/open/echo`);
  const within = await tab.fetch('/api/open/redirect?to=/api/open/echo');
  expect(within.url).toBe(`${world.app.origin}/api/open/echo`);
  const to = encodeURIComponent(`${world.app.elsewhere}/channel-recorder.js`);
  const away = await tab.fetch(`/api/open/redirect?to=${to}`);
  expect(away).toMatchObject({ status: 200, url: `${world.app.elsewhere}/channel-recorder.js` });
  expect(world.app.seenElsewhere.all.flatMap(({ authorization }) => authorization)).toEqual([]);
  const responseUrl = await tab.evaluate(
    () =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.open('GET', '/api/open/echo');
        xhr.onload = () => resolve(xhr.responseURL);
        xhr.send();
      }),
  );
  expect(responseUrl).toBe(`${world.app.origin}/api/open/echo`);
});

test('a token that is refused on a page’s own lane, past the worker, is replaced, and the page sees 200', async ({
  world,
}) => {
  const tab = await pageLaneTab(world);
  await tab.fetch('/api/echo');
  world.app.issuer.revokeAll();
  const answer = await tab.fetch('/api/echo', { method: 'POST', body: 'again' });
  expect(answer.status).toBe(200);
  expect(tab.providerCalls).toHaveLength(2);
  expect(await routeOf(tab, '/api/echo')).toBe('network');
});

test('where the worker has no routes, as one of the app’s own, what a page sends is not marked', async ({
  world,
}) => {
  world.app.workerScript = (built) => `delete InstallEvent.prototype.addRoutes;${built}`;
  const tab = await pageLaneTab(world);
  await tab.fetch('/api/echo');
  expect(world.app.seen.only('/api/echo').authorization).toHaveLength(1);
  const names = await tab.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  expect(names.filter((name) => name.includes('/api/echo'))).toEqual([`${world.app.origin}/api/echo`]);
});

import { expect } from 'vitest';
import { PROBE_HASH, PROBE_HEADER } from '../../src/core/bypass.js';
import { test } from '../browser/support/world.js';
import { runnable } from '../package/docs-blocks.js';
import { modeOf, openWorkerApp, statuses } from './support/workers-app.js';

/*
 * Tried with the line that installs the injector taken out: the page then finds nobody in the worker that answers it, and
 * attaches its tokens itself, so its mode is another.
 */
const HAND_WRITTEN = runnable('docs/workers.md', 'hand-written');
const INJECTOR = `import { installTokenInjector } from 'bearer-worker/sw';\n`;
const INSTALL = `installTokenInjector({ include: ['/api/'] });\n`;

/** What a listener of the app is shown, told by the worker itself under an address of its own. */
const LISTENER = `
  const shown = [];
  self.addEventListener('fetch', (event) => {
    const { mode, destination, url } = event.request;
    if (url.endsWith('/shown')) event.respondWith(Response.json(shown));
    else shown.push([mode, destination, url].join(' '));
  });`;

test('a hand-written worker with a shell: two methods get a token, five refused requests share one refresh', async ({
  world,
}) => {
  const { site, page } = await openWorkerApp(world, HAND_WRITTEN);
  expect(await modeOf(page)).toBe('service-worker');
  expect(await statuses(page, '/api/echo')).toEqual([200]);
  expect(await statuses(page, '/api/upload', 1, 'POST')).toEqual([200]);
  expect([site.verdicts('/api/echo'), site.verdicts('/api/upload')]).toEqual([['good'], ['good']]);
  expect(site.providerCalls).toBe(1);

  world.app.issuer.revokeAll();
  expect(await statuses(page, '/api/report', 5)).toEqual([200, 200, 200, 200, 200]);
  expect(site.verdicts('/api/report').filter((verdict) => verdict === 'good')).toHaveLength(5);
  expect(site.verdicts('/api/report')).not.toContain('missing');
  expect(site.providerCalls).toBe(2);
});

test('a hand-written worker with a shell, the server off: the app starts from its cache and registers; back on, its requests have their token', async ({
  world,
}) => {
  const { site, page } = await openWorkerApp(world, HAND_WRITTEN);
  await modeOf(page);
  expect(await statuses(page, '/api/echo')).toEqual([200]);
  // Under the worker from its first request on: now the shell is kept.
  await page.reload();
  await modeOf(page);
  site.isOff = true;
  await page.reload();
  expect(await page.evaluate(() => document.title)).toBe('The app');
  expect(await modeOf(page)).toBe('service-worker');
  expect(await statuses(page, '/api/echo')).toEqual(['TypeError']);
  site.isOff = false;
  // Its provider has failed meanwhile, so the next call of it waits for a second or two.
  await expect.poll(() => statuses(page, '/api/echo'), { timeout: 20_000 }).toEqual([200]);
  expect(site.verdicts('/api/echo').at(-1)).toBe('good');
});

test('a hand-written worker answers the page that asks whether its requests get there, from no network', async ({
  world,
}) => {
  const { page } = await openWorkerApp(world, HAND_WRITTEN);
  await modeOf(page);
  const isAnswered = await page.evaluate(
    async ([hash, header]) => {
      const url = navigator.serviceWorker.controller!.scriptURL;
      const answer = await fetch(url + hash, { cache: 'only-if-cached', mode: 'same-origin' });
      return answer.headers.has(header);
    },
    [PROBE_HASH, PROBE_HEADER] as const,
  );
  expect(isAnswered).toBe(true);
});

test('the injector first, a listener of the app after it: shown all that gets no token, of whatever kind, and nothing of the API', async ({
  world,
}) => {
  const { page } = await openWorkerApp(world, `${INJECTOR}${INSTALL}${LISTENER}`);
  await modeOf(page);
  await page.reload();
  await modeOf(page);
  expect(await statuses(page, '/api/echo')).toEqual([200]);
  await page.evaluate(async (elsewhere) => {
    const add = (html: string): Promise<unknown> =>
      new Promise((resolve) => {
        const [element] = document.createRange().createContextualFragment(html).children;
        element!.addEventListener('load', resolve);
        element!.addEventListener('error', resolve);
        document.head.append(element!);
      });
    await fetch('/other/echo');
    await add('<img src="/other/picture.png">');
    await add(`<img src="${elsewhere}/other/picture.png">`);
    await add('<link rel="stylesheet" href="/style.css">');
    await add('<iframe src="/landed"></iframe>');
  }, world.app.elsewhere);
  const shown = await page.evaluate(async () => (await fetch('/shown')).json() as Promise<string[]>);
  const { origin, elsewhere } = world.app;
  expect(shown).toEqual(
    expect.arrayContaining([
      `navigate document ${origin}/`,
      `cors script ${origin}/assets/app.js`,
      `cors  ${origin}/other/echo`,
      `no-cors image ${origin}/other/picture.png`,
      `no-cors image ${elsewhere}/other/picture.png`,
      `no-cors style ${origin}/style.css`,
      `navigate iframe ${origin}/landed`,
    ]),
  );
  expect(shown.filter((line) => line.includes('/api/'))).toEqual([]);
});

const GREEDY = `self.addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));\n`;
const LEAVING = GREEDY.replace(
  'event.respondWith',
  `event.request.url.includes('/api/') || event.respondWith`,
);

for (const [what, listener, mode] of [
  ['answers everything: the page attaches its tokens itself, and says why', GREEDY, 'page'],
  ['leaves the API: its requests get theirs', LEAVING, 'service-worker'],
] as const) {
  test(`the injector last, after a listener that ${what}`, async ({ world }) => {
    const { site, page } = await openWorkerApp(world, `${INJECTOR}${listener}${INSTALL}`);
    expect(await modeOf(page)).toBe(mode);
    expect(await statuses(page, '/api/echo')).toEqual([200]);
    expect(site.verdicts('/api/echo')).toEqual(['good']);
    const warnings = page.console.filter((line) =>
      line.includes('install the injector before other listeners'),
    );
    expect(warnings).toHaveLength(mode === 'page' ? 1 : 0);
  });
}

test('the injector first, a listener after it that answers everything: each request is answered once', async ({
  world,
}) => {
  const { site, page } = await openWorkerApp(world, `${INJECTOR}${INSTALL}${GREEDY}`);
  await modeOf(page);
  expect(await statuses(page, '/api/echo')).toEqual([200]);
  expect(await statuses(page, '/other/echo')).toEqual([200]);
  expect([site.verdicts('/api/echo'), site.verdicts('/other/echo')]).toEqual([['good'], ['missing']]);
});

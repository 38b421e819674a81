import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { EnginePage } from '../browser/support/engine.js';
import { test, type World } from '../browser/support/world.js';
import { runnable } from '../package/docs-blocks.js';
import { buildApp, makeApp } from './support/tools-app.js';
import { Site } from './support/tools-site.js';
import { modeOf, PAGE, statuses } from './support/workers-app.js';

/*
 * Tried with a ready-made worker that takes itself for the whole one: its static routes then take navigations and scripts
 * past the other's listener, and its versions do not wait.
 */
const WORKER = runnable('docs/workers.md', 'imported');
const MAIN = `import { injector } from './token';\nObject.assign(globalThis, { injector });\n`;
const TOKEN = runnable('docs/workers.md', 'token').replace(
  `workerUrl: '/sw.js',`,
  `workerUrl: '/sw.js',\n  include: ['/api/', '/other/'],`,
);

/** In place of Angular's: it says what it is shown, and its version. */
const other = (version: string): string => `
  const shown = [];
  self.addEventListener('fetch', (event) => {
    const { mode, url } = event.request;
    if (url.endsWith('/shown')) event.respondWith(Response.json(shown));
    else if (url.endsWith('/version')) event.respondWith(new Response('${version}'));
    else shown.push(mode + ' ' + new URL(url).pathname);
  });
`;

async function open(world: World): Promise<{ site: Site; page: EnginePage }> {
  const folder = await makeApp({
    'index.html': PAGE,
    'src/main.ts': MAIN,
    'src/token.ts': TOKEN,
    'public/sw.js': WORKER,
    'public/ngsw-worker.js': other('1'),
  });
  await cp(
    join(folder, 'node_modules/bearer-worker/dist/bearer-worker.js'),
    join(folder, 'public/bearer-worker.js'),
  );
  const output = { entryFileNames: 'app.js', chunkFileNames: '[name].js' };
  const site = new Site(world.app, await buildApp(folder, { build: { rollupOptions: { output } } }));
  return { site, page: await world.profile.openPage(site.url) };
}

test('the ready-made worker imported by another: the options of the page hold, and the other is shown all that gets no token', async ({
  world,
}) => {
  const { site, page } = await open(world);
  expect(await modeOf(page)).toBe('service-worker');
  await page.reload();
  expect(await modeOf(page)).toBe('service-worker');
  expect(await statuses(page, '/other/echo')).toEqual([200]);
  expect(site.verdicts('/other/echo')).toEqual(['good']);
  world.app.issuer.revokeAll();
  expect(await statuses(page, '/api/report', 5)).toEqual([200, 200, 200, 200, 200]);
  const shown = await page.evaluate(async () => (await fetch('/shown')).json() as Promise<string[]>);
  expect(shown).toEqual(expect.arrayContaining(['navigate /', 'cors /app.js']));
  expect(shown.filter((line) => /\/(api|other)\//.test(line))).toEqual([]);
});

test('the ready-made worker imported by another, a new version of which waits: the page goes on with the old one', async ({
  world,
}) => {
  const { site, page } = await open(world);
  await modeOf(page);
  await writeFile(join(site.folder, 'ngsw-worker.js'), other('2'));
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  await expect
    .poll(() => page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.state), {
      timeout: 20_000,
    })
    .toBe('installed');
  await page.reload();
  expect(await modeOf(page)).toBe('service-worker');
  expect(await page.evaluate(async () => (await fetch('/version')).text())).toBe('1');
  expect(await statuses(page, '/api/echo')).toEqual([200]);
  expect(site.verdicts('/api/echo')).toEqual(['good']);
});

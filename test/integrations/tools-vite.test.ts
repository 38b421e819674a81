import { expect } from 'vitest';
import type { EnginePage } from '../browser/support/engine.js';
import { test, type World } from '../browser/support/world.js';
import { makeApp, put } from './support/tools-app.js';
import { runnable } from '../package/docs-blocks.js';
import { serveApp, type Server } from './support/tools-servers.js';
import { Site } from './support/tools-site.js';
import { modeOf, PAGE, statuses } from './support/workers-app.js';

const TOKEN = runnable('docs/build-tools.md', 'token');
const CONFIG = runnable('docs/build-tools.md', 'vite');
const UNDER_BASE = runnable('docs/build-tools.md', 'base');
const WITH_OWN = runnable('docs/build-tools.md', 'own-worker');

/** Says its label in the title, and takes a new one without being loaded again. */
const MAIN = `
  import { injector } from './token';
  import { label } from './label';
  Object.assign(globalThis, { injector });
  document.title = label;
  import.meta.hot?.accept('./label', (module) => (document.title = module?.['label']));
`;
const label = (text: string): string => `export const label = '${text}';\n`;
const worker = (version: string): string => `
  import { installTokenInjector } from 'bearer-worker/sw';
  installTokenInjector({ include: ['/api/'] });
  self.addEventListener('fetch', (event) => {
    if (event.request.url.endsWith('/version')) event.respondWith(new Response('${version}'));
  });
`;

interface Opened {
  root: string;
  site: Site;
  page: EnginePage;
  log: string[];
}

async function open(
  world: World,
  how: Server,
  files: Readonly<Record<string, string>>,
  base = '/',
): Promise<Opened> {
  const root = await makeApp({
    'index.html': PAGE,
    'src/main.ts': MAIN,
    'src/label.ts': label('one'),
    'src/token.ts': TOKEN,
    'vite.config.ts': CONFIG,
    ...files,
  });
  // The back end: it has no files of its own to give out.
  const site = new Site(world.app, '/nowhere');
  const log: string[] = [];
  const page = await world.profile.openPage(await serveApp(root, how, world.app.origin, { base, log }));
  return { root, site, page, log };
}

const titleOf = (page: EnginePage): Promise<string> => page.evaluate(() => document.title);
const versionOf = (page: EnginePage): Promise<string> =>
  page.evaluate(() => fetch('/version').then((response) => response.text())).catch(() => 'being loaded');
/** Chromium looks for a new version a second after a page has loaded, and puts that off with each request to the old one. */
const SELDOM = { interval: 2500, timeout: 40_000 };
const mark = (page: EnginePage): Promise<void> =>
  page.evaluate(() => void Object.assign(globalThis, { mark: true }));
const isMarked = (page: EnginePage): Promise<boolean> =>
  page.evaluate(() => 'mark' in globalThis).catch(() => true);

for (const how of ['development', 'preview'] as const) {
  test(`Vite, ${how}: the ready-made worker covers the page through a refusal`, async ({ world }) => {
    const { site, page } = await open(world, how, {});
    expect(await modeOf(page)).toBe('service-worker');
    expect(await statuses(page, '/api/echo')).toEqual([200]);
    world.app.issuer.revokeAll();
    expect(await statuses(page, '/api/report', 5)).toEqual([200, 200, 200, 200, 200]);
    expect(site.providerCalls).toBe(2);
  });

  test(`Vite under a base path, ${how}: worker and API below the base, covered through a refusal`, async ({
    world,
  }) => {
    const { site, page, log } = await open(world, how, { 'src/token.ts': UNDER_BASE }, '/app/');
    expect(await modeOf(page)).toBe('service-worker');
    const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
    expect(new URL(scope).pathname).toBe('/app/');
    expect(await statuses(page, '/app/api/echo')).toEqual([200]);
    world.app.issuer.revokeAll();
    expect(await statuses(page, '/app/api/report', 5)).toEqual([200, 200, 200, 200, 200]);
    expect(site.providerCalls).toBe(2);
    expect(log).toEqual([]);
  });
}

test('Vite under a base path, a page that does not name its worker: the terminal says where it is', async ({
  world,
}) => {
  const { page, log } = await open(world, 'development', {}, '/app/');
  expect(await modeOf(page)).toBe('page');
  expect(log.join()).toContain(
    'a page asked for its worker at /bearer-worker.js, and it is at /app/bearer-worker.js',
  );
  expect(log.join()).toContain("workerUrl: import.meta.env.BASE_URL + 'bearer-worker.js'");
});

test('Vite in development, a page under its worker: a changed module is taken in without loading the page again', async ({
  world,
}) => {
  const { root, site, page } = await open(world, 'development', {});
  expect(await modeOf(page)).toBe('service-worker');
  // Loaded under the worker from its first request on.
  await page.reload();
  await modeOf(page);
  await mark(page);
  await put(root, { 'src/label.ts': label('two') });
  await expect.poll(() => titleOf(page)).toBe('two');
  expect(await isMarked(page)).toBe(true);
  expect(await statuses(page, '/api/echo')).toEqual([200]);
  const others = world.app.seen.all.filter(({ path }) => !path.startsWith('/api/'));
  expect(others.flatMap(({ authorization }) => authorization)).toEqual([]);
  expect(site.providerCalls).toBe(1);
});

test('Vite in development, a worker of the app that would wait: changed, the page is loaded again and the new one takes over', async ({
  world,
}) => {
  const files = { 'vite.config.ts': WITH_OWN, 'src/sw.ts': worker('1') };
  const { root, site, page } = await open(world, 'development', files);
  await modeOf(page);
  expect(await versionOf(page)).toBe('1');
  await mark(page);
  await put(root, { 'src/sw.ts': worker('2') });
  await expect.poll(() => isMarked(page), { timeout: 20_000 }).toBe(false);
  expect(await modeOf(page)).toBe('service-worker');
  await expect.poll(() => versionOf(page), SELDOM).toBe('2');
  expect(await statuses(page, '/api/echo')).toEqual([200]);
  expect(site.verdicts('/api/echo')).toEqual(['good']);
});

test("Vite in development, the plugin's options changed: the server starts anew, and the page comes up under the other worker", async ({
  world,
}) => {
  const { root, site, page } = await open(world, 'development', { 'src/sw.ts': worker('own') });
  await modeOf(page);
  expect(await versionOf(page)).not.toBe('own');
  await mark(page);
  await put(root, { 'vite.config.ts': WITH_OWN });
  await expect.poll(() => isMarked(page), { timeout: 20_000 }).toBe(false);
  expect(await modeOf(page)).toBe('service-worker');
  await expect.poll(() => versionOf(page), SELDOM).toBe('own');
  expect(await statuses(page, '/api/echo')).toEqual([200]);
  expect(site.verdicts('/api/echo')).toEqual(['good']);
});

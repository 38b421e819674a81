import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { test } from '../browser/support/world.js';
import { runnable } from '../package/docs-blocks.js';
import { buildApp, makeApp } from './support/tools-app.js';
import { Site } from './support/tools-site.js';
import { modeOf, PAGE, statuses } from './support/workers-app.js';

const MAIN = `import { injector } from './token';\nObject.assign(globalThis, { injector });\n`;

/* Tried without the header: the page then attaches its tokens itself, and says on the console what is missing. */
test('static files below a path, the worker copied there by init: with the header its scope is the whole site, covered through a refusal', async ({
  world,
}) => {
  const app = await makeApp({
    'index.html': PAGE,
    'src/main.ts': MAIN,
    'src/token.ts': runnable('docs/build-tools.md', 'wide-scope'),
  });
  const site = new Site(world.app, await buildApp(app, { configFile: false }));
  await mkdir(join(site.folder, 'static'));
  const cli = join(app, 'node_modules/bearer-worker/dist/cli.js');
  for (const more of [[], ['--check']]) {
    await promisify(execFile)('node', [cli, 'init', 'dist/static/', ...more], { cwd: app });
  }
  site.headers = (path): Record<string, string> =>
    path === '/static/bearer-worker.js' ? { 'service-worker-allowed': '/' } : {};
  const page = await world.profile.openPage(site.url);
  expect(await modeOf(page)).toBe('service-worker');
  expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).scope)).toBe(site.url);
  expect(await statuses(page, '/api/echo')).toEqual([200]);
  world.app.issuer.revokeAll();
  expect(await statuses(page, '/api/report', 5)).toEqual([200, 200, 200, 200, 200]);
  expect(site.providerCalls).toBe(2);
});

import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { EnginePage } from '../browser/support/engine.js';
import { test } from '../browser/support/world.js';
import type { World } from '../browser/support/world.js';
import { put } from './support/tools-app.js';
import { runnable } from '../package/docs-blocks.js';
import { Site } from './support/tools-site.js';
import { WorkerApp, modeOf, statuses } from './support/workers-app.js';

/*
 * Tried without the line that installs the injector, and without its routes: the page then attaches its tokens itself,
 * and its mode is another. With the route for GET only, as `registerRoute` takes it when told no method, the others go bare.
 */
const INSTALLED = runnable('docs/workers.md', 'workbox');
const ROUTED = runnable('docs/workers.md', 'route');
const PRECACHE = runnable('docs/workers.md', 'precache');

/** Builds the app, writes the precache's list into its worker as the document says, and opens it. */
async function open(world: World, worker: string): Promise<{ site: Site; page: EnginePage }> {
  const app = await WorkerApp.make();
  const built = await app.deploy(worker);
  const folder = join(built, '..');
  await rename(built, join(folder, 'dist'));
  await put(folder, { 'precache.mjs': PRECACHE });
  await promisify(execFile)('node', ['precache.mjs'], { cwd: folder });
  const site = new Site(world.app, join(folder, 'dist'));
  return { site, page: await world.profile.openPage(site.url) };
}

for (const [how, worker] of [
  ['the injector installed beside Workbox', INSTALLED],
  ['the injector as a route of Workbox', ROUTED],
] as const) {
  test(`${how}: each method gets its token through a refusal, and with the server off the app starts from the precache`, async ({
    world,
  }) => {
    const { site, page } = await open(world, worker);
    expect(await modeOf(page)).toBe('service-worker');
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
    for (const method of methods) {
      expect([method, ...(await statuses(page, '/api/echo', 1, method))]).toEqual([method, 200]);
    }
    expect(site.verdicts('/api/echo')).toEqual(methods.map(() => 'good'));
    world.app.issuer.revokeAll();
    expect(await statuses(page, '/api/report', 5, 'POST')).toEqual([200, 200, 200, 200, 200]);
    expect(site.providerCalls).toBe(2);

    site.isOff = true;
    await page.reload();
    expect(await modeOf(page)).toBe('service-worker');
    site.isOff = false;
    await expect.poll(() => statuses(page, '/api/echo'), { timeout: 20_000 }).toEqual([200]);
    expect(site.verdicts('/api/echo').at(-1)).toBe('good');
  });
}

const MANIFEST = 'self.__WB_MANIFEST ?? []';
/** Covered, answered also without a token, and in the precache. */
const BOTH_WANT = `[{ url: '/api/open/echo', revision: '1' }, ...(${MANIFEST})]`;

for (const [how, worker] of [
  ['installed', INSTALLED],
  ['as a route', ROUTED],
] as const) {
  test(`a precached address under include, the injector ${how} and first: from the network with a token, and not with the server off`, async ({
    world,
  }) => {
    const { site, page } = await open(world, worker.replace(MANIFEST, BOTH_WANT));
    expect(await modeOf(page)).toBe('service-worker');
    expect(await statuses(page, '/api/open/echo')).toEqual([200]);
    expect(site.verdicts('/api/open/echo')).toEqual(['missing', 'good']);
    site.isOff = true;
    expect(await statuses(page, '/api/open/echo')).toEqual(['TypeError']);
  });

  test(`a precached address under include, the precache before the injector ${how}: always from the cache`, async ({
    world,
  }) => {
    const line = `precacheAndRoute(${MANIFEST});`;
    const body = worker.replace(line, '');
    const at = body.search(/^(installTokenInjector|const injector)/m);
    const first = `${body.slice(0, at)}${line.replace(MANIFEST, BOTH_WANT)}\n${body.slice(at)}`;
    const { site, page } = await open(world, first);
    expect(await modeOf(page)).toBe('service-worker');
    expect(await statuses(page, '/api/open/echo')).toEqual([200]);
    expect(site.verdicts('/api/open/echo')).toEqual(['missing']);
    site.isOff = true;
    expect(await statuses(page, '/api/open/echo')).toEqual([200]);
    site.isOff = false;
    expect(await statuses(page, '/api/echo')).toEqual([200]);
    expect(site.verdicts('/api/echo')).toEqual(['good']);
  });
}

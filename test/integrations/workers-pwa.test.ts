import { expect } from 'vitest';
import { test } from '../browser/support/world.js';
import type { World } from '../browser/support/world.js';
import type { EnginePage } from '../browser/support/engine.js';
import { buildApp, makeApp } from './support/tools-app.js';
import { runnable } from '../package/docs-blocks.js';
import { serveApp } from './support/tools-servers.js';
import { Site } from './support/tools-site.js';
import { modeOf, PAGE, statuses } from './support/workers-app.js';

const TOKEN = runnable('docs/workers.md', 'token');
const MAIN = `import { injector } from './token';\nObject.assign(globalThis, { injector });\n`;

type Files = Readonly<Record<string, string>>;

const make = (files: Files): Promise<string> =>
  makeApp({ 'index.html': PAGE, 'src/main.ts': MAIN, 'src/token.ts': TOKEN, ...files });

async function open(world: World, files: Files): Promise<{ site: Site; page: EnginePage }> {
  const folder = await make(files);
  const site = new Site(world.app, await buildApp(folder));
  return { site, page: await world.profile.openPage(site.url) };
}

for (const [strategy, files] of [
  [
    'injectManifest',
    {
      'vite.config.ts': runnable('docs/workers.md', 'inject-manifest'),
      'src/sw.ts': runnable('docs/workers.md', 'workbox'),
    },
  ],
  ['generateSW', { 'vite.config.ts': runnable('docs/workers.md', 'generate') }],
] as const) {
  test(`vite-plugin-pwa with ${strategy}: the API through a refusal, the shell from the precache with the server off`, async ({
    world,
  }) => {
    const { site, page } = await open(world, files);
    expect(await modeOf(page)).toBe('service-worker');
    expect(await statuses(page, '/api/echo')).toEqual([200]);
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
  test(`vite-plugin-pwa with ${strategy}, in development: covered through a refusal by the worker that our plugin serves`, async ({
    world,
  }) => {
    const site = new Site(world.app, '/nowhere');
    const page = await world.profile.openPage(
      await serveApp(await make(files), 'development', world.app.origin),
    );
    expect(await modeOf(page)).toBe('service-worker');
    expect(await statuses(page, '/api/echo')).toEqual([200]);
    world.app.issuer.revokeAll();
    expect(await statuses(page, '/api/report', 5)).toEqual([200, 200, 200, 200, 200]);
    expect(site.providerCalls).toBe(2);
  });
}

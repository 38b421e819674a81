import { expect } from 'vitest';
import { test } from '../browser/support/world.js';
import type { World } from '../browser/support/world.js';
import type { EnginePage } from '../browser/support/engine.js';
import { buildApp, makeApp } from './support/tools-app.js';
import { runnable } from '../package/docs-blocks.js';
import { Site } from './support/tools-site.js';
import { modeOf, PAGE, statuses } from './support/workers-app.js';

const TOKEN = runnable('docs/workers.md', 'token');
const MAIN = `import { injector } from './token';\nObject.assign(globalThis, { injector });\n`;

async function open(
  world: World,
  files: Readonly<Record<string, string>>,
): Promise<{ site: Site; page: EnginePage }> {
  const folder = await makeApp({
    'index.html': PAGE,
    'src/main.ts': MAIN,
    'src/token.ts': TOKEN,
    ...files,
  });
  const site = new Site(world.app, await buildApp(folder));
  return { site, page: await world.profile.openPage(site.url) };
}

test('vite-plugin-pwa with injectManifest: the API through a refusal, the shell from the precache with the server off', async ({
  world,
}) => {
  const { site, page } = await open(world, {
    'vite.config.ts': runnable('docs/workers.md', 'inject-manifest'),
    'src/sw.ts': runnable('docs/workers.md', 'workbox'),
  });
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

import { expect } from 'vitest';
import type { EnginePage } from '../browser/support/engine.js';
import { test } from '../browser/support/world.js';
import { runnable } from '../package/docs-blocks.js';
import { modeOf, openWorkerApp, statuses } from './support/workers-app.js';

const WORKER = `
  import { installTokenInjector } from 'bearer-worker/sw';
  installTokenInjector({ include: ['/api/'] });`;
const AT_ONCE = runnable('docs/workers.md', 'at-once');

/** A worker that says its version, which is what differs between two deployments. */
const version = (name: string, more = ''): string => `${WORKER}
  self.addEventListener('fetch', (event) => {
    if (event.request.url.endsWith('/version')) event.respondWith(new Response('${name}'));
  });
  ${more}`;

const versionOf = (page: EnginePage): Promise<string> =>
  page.evaluate(async () => (await fetch('/version')).text());

const statesOf = (page: EnginePage): Promise<(string | null)[]> =>
  page.evaluate(async () => {
    const { installing, waiting, active } = await navigator.serviceWorker.ready;
    return [installing, waiting, active].map((worker) => worker?.state ?? null);
  });

/** Looks for a new version, as the browser does now and then; resolves when it is installed. */
const update = (page: EnginePage): Promise<void> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
    const { installing } = registration;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (installing === null || installing.state !== 'installing') resolve();
      };
      installing?.addEventListener('statechange', look);
      look();
    });
  });

test('a new version that skips waiting, one tab: it takes over, and the token goes on with it', async ({
  world,
}) => {
  const { app, site, page } = await openWorkerApp(world, version('1', AT_ONCE));
  await modeOf(page);
  expect(await statuses(page, '/api/echo')).toEqual([200]);
  site.folder = await app.deploy(version('2', AT_ONCE));
  await update(page);
  await expect.poll(() => statesOf(page), { timeout: 20_000 }).toEqual([null, null, 'activated']);
  expect(await versionOf(page)).toBe('2');
  expect(await statuses(page, '/api/echo', 3)).toEqual([200, 200, 200]);
  expect(site.verdicts('/api/echo')).toEqual(['good', 'good', 'good', 'good']);
  expect(site.providerCalls).toBe(1);

  world.app.issuer.revokeAll();
  expect(await statuses(page, '/api/report', 3)).toEqual([200, 200, 200]);
  expect(site.providerCalls).toBe(2);
});

test('a new version that waits, one tab loaded again and again: it registers with the old one, which serves it through a refusal', async ({
  world,
}) => {
  const { app, site, page } = await openWorkerApp(world, version('1'));
  await modeOf(page);
  site.folder = await app.deploy(version('2'));
  await update(page);
  for (let load = 0; load < 2; load += 1) {
    await page.reload();
    expect(await modeOf(page)).toBe('service-worker');
    expect(await versionOf(page)).toBe('1');
    expect(await statuses(page, '/api/echo')).toEqual([200]);
  }
  // Whose page it is follows from its token: one call for each load.
  expect(site.providerCalls).toBe(2);
  world.app.issuer.revokeAll();
  expect(await statuses(page, '/api/report', 3)).toEqual([200, 200, 200]);
  expect(site.providerCalls).toBe(3);
  expect(page.console.filter((line) => line.includes('bearer-worker'))).toEqual([]);

  // Once no tab uses the old version, the next that is opened comes up under the new one.
  await page.close();
  const openAndClose = async (): Promise<unknown[]> => {
    const next = await world.profile.openPage(site.url);
    const found = [await modeOf(next), await versionOf(next), ...(await statuses(next, '/api/echo'))];
    await next.close();
    return found;
  };
  await expect.poll(openAndClose, { timeout: 30_000 }).toEqual(['service-worker', '2', 200]);
});

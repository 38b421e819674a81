import { expect } from 'vitest';
import { FaultyNetwork } from './support/faults-network.js';
import type { Tab } from './support/tab.js';
import { onlyIn, test, type World } from './support/world.js';

/*
 * Where the worker ends while a page's document is on its way, Chromium (156) gives that page a controller and no way to
 * it, for as long as it lives. Half a minute without a request ends a worker: whoever comes back then meets it.
 */

/** A tab whose document was on its way as the worker ended. */
async function openAsWorkerEnds(world: World, name: string): Promise<Tab> {
  const document = new FaultyNetwork(world.app).hold('/page.html');
  const opening = world.openTab(name);
  await document.arrived;
  await world.profile.stopWorkers();
  document.release();
  return opening;
}

const image = (tab: Tab): Promise<number> =>
  tab.evaluate(() => harness.image('/api/picture.png').catch(() => 0));

onlyIn(test, 'chromium')(
  'the worker ends while a page loads: that page brings another worker, and is covered by it as every tab is',
  async ({ world }) => {
    const other = await world.openTab('a');
    await other.register();
    await other.fetch('/api/echo');
    const tab = await openAsWorkerEnds(world, 'b');

    expect(await tab.register()).toBe('service-worker');
    for (const each of [tab, other]) {
      expect(await each.fetch('/api/echo')).toMatchObject({ status: 200 });
      expect(await image(each)).toBeGreaterThan(0);
    }
    expect(world.app.tokenHost.calls.length).toBeLessThanOrEqual(2);
    expect(tab.page.console.filter((line) => line.includes('bearer-worker'))).toEqual([]);
    // The next page registers the one that it knows of, which takes over in its turn.
    const next = await world.openTab('c');
    expect(await next.register()).toBe('service-worker');
    for (const each of [tab, other, next]) expect(await image(each)).toBeGreaterThan(0);
  },
);

onlyIn(test, 'chromium')(
  'the worker ends while a page loads, and no other is to be had: that page attaches its tokens itself, and says why',
  async ({ world }) => {
    await (await world.openTab('a')).register();
    const tab = await openAsWorkerEnds(world, 'b');
    world.app.workerScript = 'missing';

    expect(await tab.register()).toBe('page');
    expect(await tab.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
    expect(await image(tab)).toBe(0);
    const warnings = tab.page.console.filter((line) => line.includes('bearer-worker:'));
    expect(warnings).toEqual([expect.stringContaining('does not get to its worker. Reload the page')]);

    await tab.page.reload();
    expect(await tab.register()).toBe('service-worker');
    expect(await image(tab)).toBeGreaterThan(0);
  },
);

onlyIn(test, 'chromium')(
  "the worker ends while a page loads that is not to attach tokens itself (inPage: 'never'), and no other is to be had: its registration says so",
  async ({ world }) => {
    await (await world.openTab('a')).register();
    const tab = await openAsWorkerEnds(world, 'b');
    world.app.workerScript = 'missing';
    expect(await tab.tryRegister({ inPage: 'never' })).toMatchObject({
      ok: false,
      error: { code: 'worker-unavailable', message: expect.stringContaining('Reload the page') as string },
    });
  },
);

test('whether its requests get to the worker a page finds out by no network and no provider, also where all paths are covered', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register({ include: ['/'] });
  world.app.seen.clear();
  expect(await tab.register({ include: ['/'] })).toBe('service-worker');
  expect(tab.providerCalls).toHaveLength(0);
  expect(world.app.seen.all.filter(({ path }) => path !== '/bearer-worker.js')).toEqual([]);
});

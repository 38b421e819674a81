import { expect } from 'vitest';
import { test } from '../../browser/support/world.js';
import {
  covered,
  expectOneRefresh,
  openClient,
  registerAndFetch,
  registerAndRevoke,
} from '../support/clients/client-tab.js';
import { IN_PAGE, LANES, WITHOUT_WORKER } from '../support/clients/lanes.js';

for (const lane of LANES) {
  test(`zone.js (Angular), ${lane.name}: three calls whose token is refused, one refresh; what is not covered arrives, named by its URL alone`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'zone');
    expect(await tab.evaluate(() => zoneClient.status('/api/echo?alone'))).toBe(401);
    await registerAndRevoke(world, tab, lane);
    expect(await tab.evaluate(() => zoneClient.calls())).toEqual(['/api/echo?page=2', 200, 200]);
    expect(expectOneRefresh(world, tab)).toBe(3);
    expect(await tab.evaluate(() => zoneClient.status('/other/echo'))).toBe(200);
  });
}

for (const lane of [IN_PAGE, WITHOUT_WORKER]) {
  test(`zone.js (Angular), ${lane.name}: aborted before the answer, it ends at the server too; and it told no referrer, as it was to`, async ({
    world,
  }) => {
    let isStopped = false;
    const tab = await openClient(world, lane, 'zone', ({ seen, response }) => {
      if (seen.path !== '/api/held') return false;
      response.on('close', () => (isStopped = true));
      return true;
    });
    await registerAndFetch(world, tab, lane);
    await tab.evaluate(() => zoneClient.begin());
    await expect.poll(() => covered(world)).toHaveLength(1);
    expect(covered(world)[0]!.headers.map(([name]) => name)).not.toContain('referer');
    expect(await tab.evaluate(() => zoneClient.abort())).toBe('AbortError');
    await expect.poll(() => isStopped).toBe(true);
  });
}

for (const lane of LANES) {
  test(`zone.js (Angular), ${lane.name}: what it counts as under way after an XHR, and after one that was refused and sent again`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'zone');
    await registerAndFetch(world, tab, lane);
    expect(await tab.evaluate(() => zoneClient.isLeftPending())).toBe(false);
    world.app.issuer.revokeAll();
    // On the page's own lane the first attempt has no end that it could see.
    expect(await tab.evaluate(() => zoneClient.isLeftPending())).toBe(lane.mode === 'page');
  });
}

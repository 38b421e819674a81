import { expect } from 'vitest';
import { test } from '../../browser/support/world.js';
import { expectOneRefresh, openClient, registerAndRevoke } from '../support/clients/client-tab.js';
import { LANES } from '../support/clients/lanes.js';

for (const lane of LANES) {
  test(`jQuery.ajax, ${lane.name}: four calls whose token is refused, one refresh, and neither ajaxError nor statusCode hears of it`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'jquery');
    expect(await tab.evaluate(() => jqueryClient.status())).toBe(401);
    await registerAndRevoke(world, tab, lane);
    expect(await tab.evaluate(() => jqueryClient.calls())).toEqual([
      '/api/echo?page=2',
      'POST',
      true,
      ['success', 200],
    ]);
    expect(expectOneRefresh(world, tab)).toBe(4);
    expect(world.app.seen.at('/api/report').at(-1)?.bodyText).toBe('{"total":1}');
    expect(await tab.evaluate(() => jqueryClient.heard)).toEqual([]);
  });
  test(`jQuery.ajax, ${lane.name}: aborted while the token is replaced, it ends at once; the next call has that token`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'jquery');
    await registerAndRevoke(world, tab, lane);
    tab.behave({ kind: 'token', delayMs: 3000 });
    await tab.evaluate(() => jqueryClient.begin());
    await expect.poll(() => tab.providerCalls.length).toBe(2);
    expect(await tab.evaluate(() => jqueryClient.abort())).toBe('abort');
    expect(await tab.evaluate(() => jqueryClient.status())).toBe(200);
    expect(tab.providerCalls).toHaveLength(2);
  });
}

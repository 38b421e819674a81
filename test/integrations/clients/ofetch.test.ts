import { expect } from 'vitest';
import { test } from '../../browser/support/world.js';
import { expectOneRefresh, openClient, registerAndRevoke } from '../support/clients/client-tab.js';
import { LANES } from '../support/clients/lanes.js';

for (const lane of LANES) {
  test(`ofetch, ${lane.name}: four calls whose token is refused, one refresh, and its own retry on 401 adds nothing`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'ofetch');
    expect(await tab.evaluate(() => ofetchClient.status())).toBe(401);
    await registerAndRevoke(world, tab, lane);
    expect(await tab.evaluate(() => ofetchClient.calls())).toEqual(['/api/echo?page=2', 'POST', true, true]);
    expect(expectOneRefresh(world, tab)).toBe(4);
    expect(world.app.seen.at('/api/report').at(-1)?.bodyText).toBe('{"total":1}');
    expect(await tab.evaluate(() => ofetchClient.heard)).toEqual([]);
  });
}

import { expect } from 'vitest';
import { test } from '../../browser/support/world.js';
import {
  covered,
  expectOneRefresh,
  openClient,
  registerAndFetch,
  registerAndRevoke,
} from '../support/clients/client-tab.js';
import { LANES } from '../support/clients/lanes.js';

for (const adapter of ['fetch', 'xhr'] as const) {
  for (const lane of LANES) {
    test(`axios (${adapter}), ${lane.name}: four calls whose token is refused, one refresh, and no interceptor hears of it`, async ({
      world,
    }) => {
      const tab = await openClient(world, lane, 'axios');
      expect(await tab.evaluate((by) => axiosClient.status(by), adapter)).toBe(401);
      await tab.evaluate(() => void axiosClient.errors.splice(0));
      await registerAndRevoke(world, tab, lane);
      expect(await tab.evaluate((by) => axiosClient.calls(by), adapter)).toEqual([
        '/api/echo?page=2',
        'POST',
        true,
        true,
      ]);
      expect(expectOneRefresh(world, tab)).toBe(4);
      expect(world.app.seen.at('/api/report').at(-1)?.bodyText).toBe('{"wrapped":{"total":1}}');
      expect(await tab.evaluate(() => axiosClient.errors)).toEqual([]);
    });

    test(`axios (${adapter}), ${lane.name}: cancelled while the token is replaced, two calls end at once, the third is served`, async ({
      world,
    }) => {
      const tab = await openClient(world, lane, 'axios');
      await registerAndRevoke(world, tab, lane);
      tab.behave({ kind: 'token', delayMs: 3000 });
      await tab.evaluate((by) => axiosClient.begin(by), adapter);
      await expect.poll(() => tab.providerCalls.length).toBe(2);
      await tab.evaluate(() => axiosClient.cancel());
      expect(await tab.evaluate(() => axiosClient.outcomes())).toEqual(['cancelled', 'cancelled', 200]);
      expect(tab.providerCalls).toHaveLength(2);
      expect(
        covered(world)
          .filter(({ status }) => status === 200)
          .map(({ url }) => url),
      ).toContain('/api/report?stays');
    });

    test(`axios (${adapter}), ${lane.name}: an interceptor of its own sets the header, which is left as it is, and so is the 401`, async ({
      world,
    }) => {
      const tab = await openClient(world, lane, 'axios');
      await registerAndFetch(world, tab, lane);
      expect(await tab.evaluate((by) => axiosClient.withOwnHeader(by), adapter)).toBe(401);
      expect(covered(world).map(({ authorization }) => authorization)).toEqual([['Bearer of-its-own']]);
      expect(tab.providerCalls).toHaveLength(1);
    });
  }
}

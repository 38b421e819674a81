import { expect } from 'vitest';
import { test } from '../../browser/support/world.js';
import { covered, expectOneRefresh, openClient, registerAndRevoke } from '../support/clients/client-tab.js';
import type { ClientRoutes } from '../support/clients/client-tab.js';
import { SEGMENTS, hlsRoute } from '../support/clients/hls-route.js';
import { LANES } from '../support/clients/lanes.js';

for (const by of ['xhr', 'fetch'] as const) {
  for (const lane of LANES) {
    test(`hls.js (${by}), ${lane.name}: playlists, key and segments with a token, refused at the first request and in mid-play`, async ({
      world,
    }) => {
      const routes: ClientRoutes = (exchange) => {
        const { path } = exchange.seen;
        const isFirst = world.app.seen.at(path).length === 1;
        if (path === '/api/hls/segment-1.aac' && isFirst) world.app.issuer.revokeAll();
        return hlsRoute(exchange);
      };
      const tab = await openClient(world, lane, 'hls', routes);
      expect(await tab.evaluate((of) => hlsClient.play(of, 1), by)).toBe(0);
      expect(await tab.evaluate(() => hlsClient.heard.splice(0))).toEqual(['manifestLoadError 401']);
      await registerAndRevoke(world, tab, lane);
      expect(await tab.evaluate((of, count) => hlsClient.play(of, count), by, SEGMENTS)).toBe(20);
      expect(expectOneRefresh(world, tab, 2)).toBe(SEGMENTS + 3);
      expect(covered(world).map(({ path }) => path)).toContain('/api/hls/key');
      const own = covered(world).filter(({ headers }) => headers.some(([name]) => name === 'x-own'));
      expect(own).toHaveLength(by === 'xhr' ? covered(world).length : 0);
      expect(await tab.evaluate(() => hlsClient.heard)).toEqual([]);
    });
  }
}

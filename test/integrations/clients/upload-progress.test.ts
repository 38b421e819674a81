import { expect } from 'vitest';
import { serveHttp2 } from '../../browser/support/faults-http2.js';
import type { Tab } from '../../browser/support/tab.js';
import { test } from '../../browser/support/world.js';
import { expectOneRefresh, openClient, registerAndRevoke } from '../support/clients/client-tab.js';
import { IN_PAGE, LANES, WITHOUT_WORKER } from '../support/clients/lanes.js';

const BYTES = 4_000_000;

const UPLOADS: readonly [name: string, client: string, upload: (tab: Tab) => Promise<unknown[]>][] = [
  ['axios (fetch)', 'axios', (tab) => tab.evaluate((size) => axiosClient.upload('fetch', size), BYTES)],
  ['ky', 'ky', (tab) => tab.evaluate((size) => kyClient.upload(size), BYTES)],
];

for (const [name, client, upload] of UPLOADS) {
  for (const lane of LANES) {
    // Told of progress it makes a stream of the body, which Chromium sends over HTTP/2 only, with or without us.
    test(`${name} with onUploadProgress, over HTTP/2, ${lane.name}: an upload whose token is refused is sent again whole`, async ({
      world,
      onTestFinished,
    }) => {
      const served = await serveHttp2(world.app);
      onTestFinished(() => served.close());
      const tab = await openClient(world, lane, client, undefined, { origin: served.origin });
      await registerAndRevoke(world, tab, lane);
      expect(await upload(tab)).toEqual([BYTES, expect.toSatisfy((told: number) => told > 0)]);
      expect(expectOneRefresh(world, tab)).toBe(1);
    });
  }
}

for (const lane of [IN_PAGE, WITHOUT_WORKER]) {
  test(`axios (xhr) with onUploadProgress, ${lane.name}: an upload whose token is refused is sent again whole, and progress is told`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'axios');
    await registerAndRevoke(world, tab, lane);
    const [bytes, told] = await tab.evaluate((size) => axiosClient.upload('xhr', size), BYTES);
    expect([bytes, Number(told) > 0]).toEqual([BYTES, true]);
    expect(expectOneRefresh(world, tab)).toBe(1);
  });
}

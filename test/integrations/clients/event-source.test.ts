import { expect } from 'vitest';
import { test } from '../../browser/support/world.js';
import {
  covered,
  expectOneRefresh,
  load,
  openClient,
  registerAndRevoke,
} from '../support/clients/client-tab.js';
import { eventsRoute } from '../support/clients/events-route.js';
import { LANES, WITHOUT_WORKER } from '../support/clients/lanes.js';

const EVENTS = ['event 1', 'event 2', 'event 3', 'event 4'];

for (const lane of LANES) {
  test(`@microsoft/fetch-event-source, ${lane.name}: refused at the first connection and at the next, every event comes once`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'event-source', eventsRoute());
    expect(await tab.evaluate(() => eventSourceClient.viaFetch(4))).toEqual([]);
    expect(await tab.evaluate(() => eventSourceClient.heard.splice(0))).toHaveLength(1);
    await registerAndRevoke(world, tab, lane);
    expect(await tab.evaluate(() => eventSourceClient.viaFetch(4))).toEqual(EVENTS);
    expect(expectOneRefresh(world, tab, 2)).toBe(2);
    expect(await tab.evaluate(() => eventSourceClient.heard)).toEqual([]);
  });

  // It takes `fetch` as it finds it when it is loaded.
  const isLate = lane === WITHOUT_WORKER;
  test(`event-source-polyfill, ${lane.name}${isLate ? ', loaded after registration' : ''}: refused at the first connection and at the next, every event comes once`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, isLate ? 'jquery' : 'event-source', eventsRoute());
    await registerAndRevoke(world, tab, lane);
    if (isLate) await load(tab, 'event-source');
    expect(await tab.evaluate(() => eventSourceClient.viaPolyfill(4))).toEqual(EVENTS);
    expect(expectOneRefresh(world, tab, 2)).toBe(2);
    expect(await tab.evaluate(() => eventSourceClient.heard)).toEqual([]);
  });
}

test('event-source-polyfill, where no worker can be had, loaded before registration: its requests go without a token', async ({
  world,
}) => {
  const tab = await openClient(world, WITHOUT_WORKER, 'event-source', eventsRoute());
  await registerAndRevoke(world, tab, WITHOUT_WORKER);
  expect(await tab.evaluate(() => eventSourceClient.viaPolyfill(4))).toEqual([]);
  expect(await tab.evaluate(() => eventSourceClient.heard)).toEqual(['closed at 401']);
  expect(covered(world).map(({ judgement }) => judgement.verdict)).toEqual(['missing']);
});

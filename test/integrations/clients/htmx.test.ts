import { expect } from 'vitest';
import { test } from '../../browser/support/world.js';
import { expectOneRefresh, openClient, registerAndRevoke } from '../support/clients/client-tab.js';
import type { ClientRoutes } from '../support/clients/client-tab.js';
import { eventsRoute } from '../support/clients/events-route.js';
import { LANES } from '../support/clients/lanes.js';

const fragments: ClientRoutes = ({ seen, response }) => {
  const text = { '/api/panel': 'the panel', '/api/form': `a form of ${seen.body.bytes > 100}` }[seen.path];
  if (text !== undefined) response.writeHead(200, { 'content-type': 'text/html' }).end(`<p>${text}</p>`);
  return text !== undefined;
};

for (const lane of LANES) {
  test(`htmx, ${lane.name}: a fragment and a form whose token is refused, one refresh, and no error event`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'htmx', fragments);
    await tab.evaluate(() => htmxClient.open());
    expect(await tab.evaluate(() => htmxClient.go('panel'))).toEqual(['{"refused":"missing"}', 'empty']);
    expect((await tab.evaluate(() => htmxClient.heard.splice(0))).join()).toContain('htmx:response:error');
    await registerAndRevoke(world, tab, lane);
    expect(await tab.evaluate(() => htmxClient.go('panel', 'form'))).toEqual(['the panel', 'a form of true']);
    expect(expectOneRefresh(world, tab)).toBe(2);
    expect(await tab.evaluate(() => htmxClient.heard)).toEqual([]);
  });

  test(`htmx’s server-sent events, ${lane.name}: refused at the first connection and at the next, every event comes once`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'htmx', eventsRoute());
    await registerAndRevoke(world, tab, lane);
    await tab.evaluate(() => htmxClient.listen());
    await expect
      .poll(() => tab.evaluate(() => htmxClient.live()), { timeout: 20_000 })
      .toMatch(/^event 1\s*event 2\s*event 3\s*event 4/);
    await tab.evaluate(() => htmxClient.hangUp());
    expectOneRefresh(world, tab, 2);
    expect(await tab.evaluate(() => htmxClient.heard)).toEqual([]);
  });
}

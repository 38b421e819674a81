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

for (const lane of LANES) {
  test(`ky, ${lane.name}: four calls whose token is refused, one refresh, and its own retry on 401 adds nothing`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'ky');
    expect(await tab.evaluate(() => kyClient.status())).toBe(401);
    await registerAndRevoke(world, tab, lane);
    expect(await tab.evaluate(() => kyClient.calls())).toEqual(['/api/echo?page=2', 'POST', true, 200]);
    expect(expectOneRefresh(world, tab)).toBe(4);
    expect(world.app.seen.at('/api/report').at(-1)?.bodyText).toBe('{"total":1}');
    expect(await tab.evaluate(() => kyClient.heard)).toEqual([]);
  });
}

for (const lane of LANES) {
  test(`ky, ${lane.name}: its own time limit runs while a token is fetched; the next call has that token`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'ky');
    await registerAndRevoke(world, tab, lane);
    tab.behave({ kind: 'token', delayMs: 2000 });
    expect(await tab.evaluate(() => kyClient.within(1000))).toBe('TimeoutError');
    expect(await tab.evaluate(() => kyClient.within(60_000))).toBe(200);
    expect(tab.providerCalls).toHaveLength(2);
  });
}

test('ky set to retry a 401, and a back end that refuses each token: each of its tries reaches the server', async ({
  world,
}) => {
  const [lane] = LANES;
  // All its tries come within the second that a refusal is believed, or half of one by chance.
  world.app.workerScript = (built) => `Math.random = () => 0.99;\n${built}`;
  const tab = await openClient(world, lane, 'ky');
  await registerAndFetch(world, tab, lane);
  expect(await tab.evaluate(() => kyClient.retried('refuse-always'))).toBe(401);
  expect(await tab.evaluate(() => kyClient.heard.filter((each) => each.startsWith('retry')))).toHaveLength(3);
  // Ours once for the first; the new token is not to blame for what follows.
  expect(covered(world)).toHaveLength(5);
  expect(tab.providerCalls).toHaveLength(2);
});

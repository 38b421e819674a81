import { expect } from 'vitest';
import type { Tab } from '../../browser/support/tab.js';
import { test } from '../../browser/support/world.js';
import type { World } from '../../browser/support/world.js';
import { openClient } from '../support/clients/client-tab.js';
import { LANES } from '../support/clients/lanes.js';
import type { Lane } from '../support/clients/lanes.js';

const LIFE_SECONDS = 300;

/** A page whose first token has already been at its host for a while. */
async function openWithOldToken(world: World, lane: Lane, ageSeconds: number): Promise<Tab> {
  world.app.issuer.ageSeconds = ageSeconds;
  const tab = await openClient(world, lane, 'axios', undefined, { lifeSeconds: LIFE_SECONDS });
  expect(await tab.register(lane.options)).toBe(lane.mode);
  expect((await tab.fetch('/api/echo')).status).toBe(200);
  world.app.issuer.ageSeconds = 0;
  return tab;
}

/** How long the token of a single upload was still good as it arrived. */
async function uploadOnce(world: World, tab: Tab): Promise<number> {
  expect(await tab.evaluate(() => axiosClient.upload('xhr', 1_000_000))).toContain(1_000_000);
  const { judgement, arrivedAtMs } = world.app.seen.only('/api/upload');
  return judgement.claims!.exp! - arrivedAtMs / 1000;
}

for (const lane of LANES) {
  test(`a single long upload, ${lane.name}: with minValiditySeconds its token is good for at least that long`, async ({
    world,
  }) => {
    const tab = await openWithOldToken(world, lane, 180);
    // Good for two minutes, it would have done for any other request.
    expect(await tab.getAccessToken({ minValiditySeconds: 130 })).toMatchObject({ ok: true });
    expect(await uploadOnce(world, tab)).toBeGreaterThan(130);
    expect(tab.providerCalls).toHaveLength(2);
  });

  test(`a single long upload, ${lane.name}: more than half of a token’s life is had with forceRefresh only`, async ({
    world,
  }) => {
    const tab = await openWithOldToken(world, lane, 100);
    expect(await tab.getAccessToken({ minValiditySeconds: 240 })).toMatchObject({ ok: true });
    expect(tab.providerCalls).toHaveLength(1);
    expect(await tab.getAccessToken({ forceRefresh: true })).toMatchObject({ ok: true });
    expect(await uploadOnce(world, tab)).toBeGreaterThan(240);
  });
}

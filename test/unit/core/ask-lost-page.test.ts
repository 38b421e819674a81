import { beforeEach, describe, expect, test } from 'vitest';
import { refresh } from '../../../src/core/refresh.js';
import type { RefreshOutcome } from '../../../src/core/slot.js';
import type { VirtualPage } from '../support/virtual-page.js';
import { hangs, World } from '../support/world.js';

let world: World;
let page: VirtualPage;

beforeEach(async () => {
  world = new World();
  page = await world.registeredPage('p1', hangs, 'ann');
});

/** The outcome of a refresh for page `p1`, without what its callers make of it. */
function refreshed(): Promise<RefreshOutcome> {
  const { core } = world.worker;
  return refresh(core, core.registry.slot('id:ann'), 'initial', 'p1', 30);
}

describe('the page that was asked closes', () => {
  test.each([500, 3700])('after %d ms: another is asked within a second', async (afterMs) => {
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    const outcome = refreshed();
    await world.clock.advance(afterMs);
    page.state = 'closed';
    expect(await world.clock.until(outcome, 1000)).toBe('taken');
    expect(other.calls).toHaveLength(1);
  });

  test('and there is no other: the wait ends within a second', async () => {
    const outcome = refreshed();
    await world.clock.advance(2500);
    page.state = 'closed';
    await expect(world.clock.until(outcome, 1000)).rejects.toMatchObject({ code: 'no-client', message: '' });
  });
});

test('a page that freezes while its provider is called has half a second more than the provider', async () => {
  const outcome = refreshed();
  await world.clock.advance(100);
  page.state = 'frozen';
  const startedMs = world.clock.trueNowMs() - 100;
  await expect(world.clock.until(outcome)).rejects.toMatchObject({ code: 'provider-timeout', message: '' });
  expect(world.clock.trueNowMs() - startedMs).toBe(10_500);
});

test('a provider that takes almost all of its time is waited for', async () => {
  page.provider = world.gives('ann', 180, 9900);
  expect(await world.clock.until(refreshed())).toBe('taken');
});

test('a page that has answered is looked for no more', async () => {
  const { clients } = world.worker.core.platform;
  const before = { ...clients };
  let looks = 0;
  Object.assign(clients, { get: (id: string) => (looks++, before.get(id)) });
  page.provider = world.gives('ann', 180, 2500);
  await world.clock.until(refreshed());
  expect(looks).toBe(2);
  await world.clock.advance(10_000);
  expect(looks).toBe(2);
});

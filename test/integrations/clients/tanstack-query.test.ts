import { expect } from 'vitest';
import { test } from '../../browser/support/world.js';
import { expectOneRefresh, openClient, registerAndRevoke } from '../support/clients/client-tab.js';
import { LANES } from '../support/clients/lanes.js';

for (const lane of LANES) {
  test(`TanStack Query, ${lane.name}: two queries and a mutation whose token is refused, one refresh; each function runs once and none is retried`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'tanstack-query');
    // Without us it tries four times, in vain.
    expect(await tab.evaluate(() => queryClientInPage.query(1))).toEqual({
      status: 'error',
      failureCount: 4,
    });
    await tab.evaluate(() => void (queryClientInPage.runs.splice(0), queryClientInPage.failures.splice(0)));
    await registerAndRevoke(world, tab, lane);
    const success = { status: 'success', failureCount: 0 };
    expect(await tab.evaluate(() => queryClientInPage.all())).toEqual([success, success, success]);
    expect(expectOneRefresh(world, tab)).toBe(3);
    expect(await tab.evaluate(() => queryClientInPage.runs.toSorted())).toEqual([
      '/api/echo?page=2',
      '/api/echo?page=3',
      '/api/report',
    ]);
    expect(await tab.evaluate(() => queryClientInPage.failures)).toEqual([]);
  });
}

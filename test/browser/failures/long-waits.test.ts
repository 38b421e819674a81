import { expect } from 'vitest';
import { test as base } from '../support/faults.js';
import type { Tab } from '../support/tab.js';
import type { World } from '../support/world.js';

/** Each of them mostly waits, so they do it side by side, in a profile each. */
const test = base.concurrent;

async function readyTab(world: World): Promise<Tab> {
  const tab = await world.openTab('a');
  await tab.register();
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  return tab;
}

test('28 · a worker of a newer protocol takes over under an old page, and they do not understand each other: its requests go out without a token, in time, and it is not reloaded', async ({
  world,
  faults,
}) => {
  const old = await readyTab(world);
  await old.evaluate(() => Object.assign(globalThis, { since: 'the first load' }));
  faults.versions.setWorker(2);
  await faults.versions.takeOver(old.page);
  world.app.issuer.revokeAll();
  const calls = old.providerCalls.length;
  const answer = await old.fetch('/api/report');

  expect(answer).toMatchObject({ status: 401 });
  expect(answer.elapsedMs).toBeLessThan(4_000);
  expect(await old.fetch('/api/open/echo')).toMatchObject({ status: 200 });
  expect(old.providerCalls).toHaveLength(calls);
  expect(await old.evaluate(() => (globalThis as { since?: string }).since)).toBe('the first load');
});

test('28 · a newer page finds a worker of an older protocol that stays: it serves itself, and says so', async ({
  world,
  faults,
}) => {
  await readyTab(world);
  const young = await world.openTab('b');
  await faults.versions.setPage(young.page, 2);

  expect(await young.register()).toBe('page');
  expect(await young.fetch('/api/report')).toMatchObject({ status: 200 });
  expect(young.page.console.filter((line) => line.includes('bearer-worker'))).toHaveLength(1);
  await young.evaluate(() => harness.registrations.at().dispose());
  expect(await young.tryRegister({ inPage: 'never' })).toMatchObject({
    ok: false,
    error: { code: 'protocol-mismatch' },
  });
});

import { serialize } from 'node:v8';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { World } from '../unit/support/world.js';
import { runs } from './support/amount.js';
import { isBearerToken } from './support/bearer-token.js';
import { anyValue, cloneableValue } from './support/hostile-value.js';
import { storedRecord } from './support/stored-record.js';

const RECORDS = Number(process.env['RECORDS'] ?? 1000);

/** A worker that finds this in its store. */
function worldWith(prepare: (world: World) => void): World {
  const world = new World();
  prepare(world);
  world.restartWorker();
  // Without a server's time (RFC 9110, section 6.6.1: it sends one) a wrong one that was stored would hold.
  world.server.tellsTime = true;
  // The server takes the tokens that this world's providers make, and no other.
  world.server.respond = ({ token }) => ({
    status: token === undefined || world.tokens.includes(token) ? 200 : 401,
  });
  return world;
}

/** Pages come, register and send a request; each has to get its own token. */
async function assertServed(world: World): Promise<void> {
  const unheard = world.openPage('eve', world.gives('eve'));
  await world.clock.until(unheard.fetch(), 120_000);
  for (const [id, identity] of [
    ['ann', 'ann'],
    ['bob', undefined],
  ] as const) {
    const page = await world.registeredPage(id, world.gives(id), identity);
    const { status, token } = await world.clock.until(page.fetch(), 120_000);
    expect([status, token]).toEqual([200, world.token(-1)]);
  }
  for (const { token } of world.server.received)
    expect(token === undefined || isBearerToken(token)).toBe(true);
}

test('a damaged record in the store: each page that registers gets its own token, and a logout leaves none', async () => {
  const counts = { records: 0, used: 0 };
  const check = async (stored: unknown): Promise<void> => {
    const world = worldWith(({ store }) => (store.record = structuredClone(stored)));
    await world.clock.settle();
    counts.records++;
    counts.used += Number(world.worker.core.registry.slots.size > 0);
    await assertServed(world);
    for (const id of ['ann', 'bob']) {
      const page = world.pages.get(id)!;
      const calls = world.providerCalls();
      await world.clock.until(page.say({ type: 'logout' }));
      expect((await world.clock.until(page.fetch())).token).toBeUndefined();
      expect(world.providerCalls()).toBe(calls);
    }
    const stillStored = serialize(world.store.record);
    for (const made of world.tokens.slice(1)) expect(stillStored.includes(made)).toBe(false);
  };
  await fc.assert(fc.asyncProperty(storedRecord(cloneableValue), check), runs('stored records', RECORDS));
  console.log(`stored records: ${counts.records}, of ${counts.used} something was taken`);
  expect(counts.used / counts.records).toBeGreaterThan(0.2);
});

test('a store that gives what no store can hold (getters and proxies that throw): each page gets its own token', async () => {
  const check = async (stored: unknown): Promise<void> => {
    const world = worldWith(({ store }) => {
      let record = stored;
      store.read = () => Promise.resolve(record);
      store.update = (change) => Promise.resolve().then(() => void (record = change(record)));
    });
    await assertServed(world);
  };
  await fc.assert(fc.asyncProperty(storedRecord(anyValue), check), runs('impossible records', RECORDS));
});

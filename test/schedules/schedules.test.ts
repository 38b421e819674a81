import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actionArbitrary, perform } from './support/actions.js';
import { World } from './support/world.js';

const runs = Number(process.env['SCHEDULES'] ?? 10_000);
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const path = process.env['SCHEDULE_PATH'];

/** Each block has a seed of its own, the next number: it says how far a long run has come, and is run again alone. */
const BLOCK = 10_000;

const schedule = fc.record({
  seed: fc.nat(),
  storage: fc.constantFrom('indexeddb' as const, 'memory' as const),
  lifetimeSeconds: fc.constantFrom(3, 60, 900),
  tabs: fc.integer({ min: 2, max: 8 }),
  lanes: fc.integer({ min: 0, max: 2 }),
  isWarm: fc.boolean(),
  actions: fc.array(actionArbitrary, { minLength: 5, maxLength: 40 }),
});

/**
 * Random schedules of requests, refusals, kills, logouts, switches, clock jumps, frozen and closed tabs, and slow,
 * failing or lying providers; over tabs, a worker, and
 * pages in lanes of their own that lose their worker or get one. What must hold at each moment is in `World`.
 *
 * `SEED=… SCHEDULE_PATH=…` runs a counterexample again, as the failure prints them.
 */
test(`${runs} random schedules: one provider call at a time, each its own token, every request ends`, async () => {
  const totals = { requests: 0, providerCalls: 0, answered: 0 };
  for (let done = 0, block = seed; done < runs; done += BLOCK, block += 1) {
    console.log(`schedules: ${Math.min(BLOCK, runs - done)} more after ${done} of ${runs}, seed ${block}`);
    await fc.assert(
      fc.asyncProperty(schedule, async ({ actions, isWarm, ...options }) => {
        const world = new World(options);
        if (isWarm) await world.warmUp();
        for (const action of actions) {
          perform(world, action);
          await world.time.pass(action.thenMs);
          world.assertAllHeld();
        }
        totals.answered += await calm(world);
        totals.requests += world.requests;
        totals.providerCalls += world.providerCalls;
      }),
      { numRuns: Math.min(BLOCK, runs - done), seed: block, ...(path === undefined ? {} : { path }) },
    );
  }
  console.log(
    `schedules: ${totals.requests} requests, ${totals.providerCalls} provider calls, ${totals.answered} tabs recovered`,
  );
  expect(totals.answered).toBeGreaterThan(runs);
}, 3_600_000);

/** With every provider good again, each tab that registers gets its answers: nothing is stuck for good. */
async function calm(world: World): Promise<number> {
  world.log('calm');
  await world.time.pass(300_000);
  world.assertAllHeld();
  let answered = 0;
  for (const client of world.clients.values()) {
    world.freeze(client, false);
    Object.assign(client, { open: true, mood: 'good' });
  }
  world.killWorker();
  // One that was called before the page was frozen ends what the page registers meanwhile.
  if (world.logoutsUnderWay > 0) await world.time.pass(60_000);
  for (const client of world.clients.values()) {
    if (client.kind === 'worker') continue;
    await Promise.race([world.register(client), world.time.pass(20_000)]);
    const answer = world.request(client);
    await world.time.pass(60_000);
    const response = await Promise.race([answer, Promise.resolve('none' as const)]);
    world.assert(
      typeof response === 'object' && response.status === 200,
      `${client.id} does not recover: ${JSON.stringify(response)}`,
    );
    world.assertAllHeld();
    answered++;
  }
  return answered;
}

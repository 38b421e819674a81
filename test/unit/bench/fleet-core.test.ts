import { expect, test } from 'vitest';
import { CorePolicy } from '../../bench/fleet/core-policy.js';
import { emptyDay, HABITS, liveDay, type UserDay } from '../../bench/fleet/habits.js';
import { RETRIES_SECONDS } from '../../bench/fleet/policy.js';
import { Random } from '../../bench/fleet/random.js';
import type { VirtualProvider } from '../support/virtual-page.js';
import { rejects, World } from '../support/world.js';

const LIFE_SECONDS = 900;
/** Busier than the fleet, so that an outage of minutes meets many actions. */
const BUSY = { ...HABITS, actionEverySeconds: 8, workSeconds: [5400, 7200] as const, wakeWithinSeconds: 60 };

function busyDay(seed: number): UserDay {
  const random = new Random(seed);
  const day = emptyDay(BUSY);
  liveDay(BUSY, random, day);
  // Clocks of browsers have milliseconds.
  day.times.forEach((time, index) => (day.times[index] = Math.round(time * 1000) / 1000));
  return day;
}

/** Lives a day with the real core in a world of two pages; the seconds in which a provider was called. */
async function liveReally(
  day: UserDay,
  from: number,
  to: number,
): Promise<{ calls: number[]; failed: number }> {
  const world = new World();
  const startMs = world.clock.trueNowMs();
  const now = (): number => (world.clock.trueNowMs() - startMs) / 1000 + HABITS.wakeFromSeconds;
  const calls: number[] = [];
  const provider: VirtualProvider = (ask, nth) => {
    calls.push(Math.floor(now()));
    const isDown = now() >= from && now() < to;
    return isDown ? rejects(ask, nth) : world.mint('ann', LIFE_SECONDS);
  };
  const page = await world.registeredPage('one', provider, 'ann');
  await world.registeredPage('two', provider, 'ann');
  const until = (second: number): Promise<void> => world.clock.advance(Math.round((second - now()) * 1000));
  const hasToken = async (): Promise<boolean> => {
    const { token } = await world.clock.until(page.fetch());
    // What goes on in the background goes on at this moment.
    await world.clock.settle();
    return token !== undefined;
  };
  let failed = 0;
  for (let index = 0; index < day.count; index++) {
    const next = index + 1 < day.count ? day.times[index + 1]! : Infinity;
    let at = day.times[index]!;
    await until(at);
    let isServed = await hasToken();
    for (const delay of RETRIES_SECONDS) {
      at += delay;
      if (isServed || at >= next) break;
      await until(at);
      isServed = await hasToken();
    }
    if (!isServed) failed++;
  }
  return { calls, failed };
}

test.each([1, 2, 3])(
  'the simulation calls at the seconds at which the core calls, also while the endpoint fails (day %d)',
  async (seed) => {
    const day = busyDay(seed);
    const outage = { fromSeconds: HABITS.wakeFromSeconds + 1500, forSeconds: 1200 };
    const terms = {
      lifetimeSeconds: LIFE_SECONDS,
      minValiditySeconds: 30,
      refreshWindow: 0.2,
      tabs: 2,
      outage,
    };
    const policy = new CorePolicy('core', terms, { next: () => 0.5 });
    policy.live(day);
    const simulated: number[] = [];
    policy.tally.callsPerSecond.forEach((count, second) => {
      for (let call = 0; call < count; call++) simulated.push(second);
    });

    const real = await liveReally(day, outage.fromSeconds, outage.fromSeconds + outage.forSeconds);
    expect(real.calls.filter((second) => second >= outage.fromSeconds).length).toBeGreaterThan(30);
    expect(simulated).toEqual(real.calls);
    expect(policy.tally.failed).toBe(real.failed);
    expect(real.failed).toBeGreaterThan(10);
  },
);

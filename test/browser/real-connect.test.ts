import { expect } from 'vitest';
import { startDemo } from '../../demo/start.mjs';
import type { Demo, JournalEntry } from '../../demo/start.mjs';
import { engineName } from './support/start-engine.js';
import { test } from './support/world.js';

const LIFE_SECONDS = 6;
const LIFETIMES = 3;

// WebKit's driver has no means for it: there the worker lives on.
const IS_KILLED = engineName !== 'webkit';

function entries(demo: Demo, type: string): JournalEntry[] {
  return demo.journal.entries.filter((entry) => entry.type === type);
}

test(`the real Connect client and back end, three tabs of two tenants through ${LIFETIMES} token lifetimes, the worker ${IS_KILLED ? 'killed twice' : 'alive'}: nothing is refused`, async ({
  engine,
  onTestFinished,
}) => {
  const demo = await startDemo({ port: 0, lifeSeconds: LIFE_SECONDS });
  onTestFinished(() => demo.close());
  const profile = await engine.openProfile();
  onTestFinished(() => profile.close());
  const [foo, bar] = demo.tenants;
  for (const tenant of [foo!, bar!, foo!]) await profile.openPage(`${tenant.origin}/`);
  // Two modules in each tab.
  await expect
    .poll(() => new Set(entries(demo, 'arrival').map(({ frame }) => frame)).size, { timeout: 20_000 })
    .toBe(6);
  for (let kill = 0; kill < LIFETIMES; kill += 1) {
    await new Promise((resolve) => setTimeout(resolve, LIFE_SECONDS * 1000));
    if (kill > 0 && IS_KILLED) await profile.stopWorkers();
  }
  await new Promise((resolve) => setTimeout(resolve, 2_000));

  const frames = new Map(
    entries(demo, 'frame').map(({ frame, tenant, module }) => [frame, { tenant, module }]),
  );
  const arrivals = entries(demo, 'arrival');
  expect(arrivals.filter(({ status, bare }) => status !== 200 || bare !== false)).toEqual([]);
  expect(arrivals.filter(({ frame, tenant }) => frames.get(frame)?.tenant !== tenant)).toEqual([]);
  expect(arrivals.filter(({ frame, module }) => frames.get(frame)?.module !== module)).toEqual([]);
  for (const frame of frames.keys()) {
    const tokens = new Set(arrivals.filter((arrival) => arrival.frame === frame).map(({ token }) => token));
    expect(tokens.size).toBeGreaterThan(LIFETIMES - 1);
  }
});

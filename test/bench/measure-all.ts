import { cpus } from 'node:os';
import { BenchBrowser } from './browser.js';
import { drawFleet } from './fleet/plot.js';
import { reportFleet } from './fleet/report.js';
import { fleet } from './fleet/fleet.js';
import type { Run } from './interleave.js';
import { measureBulk } from './measures/bulk.js';
import { measureCurves } from './measures/curves.js';
import { measureOtherEngines } from './measures/other-engines.js';
import { measureRelease, measureWindow } from './measures/refreshes.js';
import { measureRequests } from './measures/requests.js';
import { measureSizes } from './measures/sizes.js';
import { measureColdStart, measureFirstLoad } from './measures/starts.js';
import { measureTabs } from './measures/tabs.js';
import { Progress } from './progress.js';
import type { FleetReport, Results } from './report.js';
import { Site } from './site.js';
import { seededRandom } from './statistics.js';

const QUICK_ROUNDS = 5;
const QUICK_LIFETIMES = 2;
const FULL_ROUNDS = 24;
const FULL_LIFETIMES = 10;

const USERS = 1_000_000;
const QUICK_SIMULATED = 20_000;

/** A measure's own part of the results. */
type Measure = (run: Run, browserPid: number) => Promise<Partial<Results>>;

export const MEASURES = {
  requests: async (run) => ({ requests: await measureRequests(run) }),
  starts: async (run) => ({
    coldStart: await measureColdStart(run),
    firstLoad: await measureFirstLoad({ ...run, rounds: Math.ceil(run.rounds / 2) }),
  }),
  refreshes: async (run) => ({ release: await measureRelease(run), window: await measureWindow(run) }),
  bulk: async (run, browserPid) => ({ bulk: await measureBulk(run, browserPid) }),
  curves: async (run) => ({ curves: await measureCurves(run) }),
  engines: async (run) => ({ otherEngines: await measureOtherEngines(run) }),
  tabs: async (run) => ({ tabs: await measureTabs(run, run.isQuick ? QUICK_LIFETIMES : FULL_LIFETIMES) }),
  sizes: async () => ({ sizes: await measureSizes() }),
  fleet: (run) => Promise.resolve({ fleet: measureFleet(run) }),
} satisfies Record<string, Measure>;

export type MeasureName = keyof typeof MEASURES;

/** One after the other; one that fails leaves the others what they have measured. */
export async function measureAll(
  names: readonly MeasureName[],
  isQuick: boolean,
): Promise<{ results: Results; failed: MeasureName[] }> {
  const site = await Site.start();
  const browser = await BenchBrowser.start();
  const rounds = isQuick ? QUICK_ROUNDS : FULL_ROUNDS;
  const progress = new Progress();
  const run: Run = {
    site,
    openProfile: () => browser.openProfile(),
    random: seededRandom(1),
    progress,
    rounds,
    isQuick,
  };
  const failed: MeasureName[] = [];
  let results: Results = {
    environment: {
      Browser: browser.version,
      Processor: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
      'Node.js': process.version,
      Rounds: String(rounds),
    },
  };
  try {
    for (const name of names) {
      try {
        const measure: Measure = MEASURES[name];
        results = { ...results, ...(await measure(run, browser.pid)) };
      } catch (error) {
        failed.push(name);
        console.error(error);
      }
    }
    return { results, failed };
  } finally {
    await browser.close();
    await site.close();
  }
}

function measureFleet({ progress, isQuick }: Run): FleetReport {
  progress.start('A fleet of a million users, by simulation');
  const result = fleet({
    users: USERS,
    seed: 1,
    ...(isQuick ? { simulated: QUICK_SIMULATED } : {}),
    onProgress: (share) => progress.step(`${Math.round(100 * share)} %`),
  });
  return { text: reportFleet(result), pictures: { ...drawFleet(result) } };
}

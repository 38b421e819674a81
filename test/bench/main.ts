import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { BenchBrowser } from './browser.js';
import { fleet, type FleetResult } from './fleet.js';
import type { Run } from './interleave.js';
import { measureBulk } from './measures/bulk.js';
import { measureCurves } from './measures/curves.js';
import { measureOtherEngines } from './measures/other-engines.js';
import { measureRelease, measureWindow } from './measures/refreshes.js';
import { measureRequests } from './measures/requests.js';
import { measureSizes } from './measures/sizes.js';
import { measureColdStart, measureFirstLoad } from './measures/starts.js';
import { measureTabs } from './measures/tabs.js';
import { drawPictures } from './pictures.js';
import { Progress } from './progress.js';
import { toMarkdown, type Results } from './report.js';
import { Site } from './site.js';
import { seededRandom } from './statistics.js';

const MEASURES = [
  'requests',
  'starts',
  'refreshes',
  'bulk',
  'tabs',
  'curves',
  'sizes',
  'engines',
  'fleet',
] as const;
type MeasureName = (typeof MEASURES)[number];

/** What fits into two minutes. */
const QUICK: readonly MeasureName[] = ['requests', 'starts', 'refreshes', 'sizes'];
const QUICK_ROUNDS = 5;
const QUICK_LIFETIMES = 2;
const FULL_ROUNDS = 40;
const FULL_LIFETIMES = 10;

const USAGE = `npm run bench -- [--quick] [${MEASURES.join('] [')}]

Without names it measures everything and writes test/bench/results.md; with --quick or names it only says what it has
measured.`;

/** Measures everything, or what is named, and writes the report; gives the exit code. */
export async function main(given: readonly string[]): Promise<number> {
  const isQuick = given.includes('--quick');
  const named = given.filter((each) => each !== '--quick');
  const unknown = named.filter((each) => !(MEASURES as readonly string[]).includes(each));
  if (unknown.length > 0) {
    console.error(`Not known: ${unknown.join(', ')}.\n\n${USAGE}`);
    return 2;
  }
  const chosen = named.length > 0 ? named : isQuick ? QUICK : MEASURES;
  const results = await measure((name) => chosen.includes(name), isQuick);
  const pictures = drawPictures(results);
  const report = toMarkdown(results);
  console.log(report);
  if (!isQuick && named.length === 0) {
    await mkdir(fromHere('pictures'), { recursive: true });
    for (const [name, picture] of Object.entries(pictures))
      await writeFile(fromHere(`pictures/${name}`), picture);
    await writeFile(fromHere('results.md'), report);
  }
  return 0;
}

function fromHere(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

function measureFleet({ progress }: Run): FleetResult {
  progress.start('A fleet of a million users, by simulation');
  return fleet({
    users: 1_000_000,
    seed: 1,
    onProgress: (share) => progress.step(`${Math.round(100 * share)} %`),
  });
}

async function measure(wants: (name: MeasureName) => boolean, isQuick: boolean): Promise<Results> {
  const site = await Site.start();
  const browser = await BenchBrowser.start();
  const rounds = isQuick ? QUICK_ROUNDS : FULL_ROUNDS;
  const run: Run = {
    site,
    openProfile: () => browser.openProfile(),
    random: seededRandom(1),
    progress: new Progress(),
    rounds,
  };
  const fewer: Run = { ...run, rounds: Math.ceil(rounds / 2) };
  try {
    return {
      rounds,
      requests: wants('requests') ? await measureRequests(run) : undefined,
      coldStart: wants('starts') ? await measureColdStart(run) : undefined,
      firstLoad: wants('starts') ? await measureFirstLoad(fewer) : undefined,
      release: wants('refreshes') ? await measureRelease(run) : undefined,
      window: wants('refreshes') ? await measureWindow(run) : undefined,
      bulk: wants('bulk') ? await measureBulk(run, browser.pid) : undefined,
      tabs: wants('tabs') ? await measureTabs(run, isQuick ? QUICK_LIFETIMES : FULL_LIFETIMES) : undefined,
      curves: wants('curves') ? await measureCurves(run, isQuick) : undefined,
      otherEngines: wants('engines') ? await measureOtherEngines(run) : undefined,
      sizes: wants('sizes') ? await measureSizes() : undefined,
      fleet: wants('fleet') ? measureFleet(run) : undefined,
      environment: {
        Browser: browser.version,
        Processor: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
        'Node.js': process.version,
        Rounds: String(rounds),
      },
    };
  } finally {
    await browser.close();
    await site.close();
  }
}

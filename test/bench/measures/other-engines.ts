import type { Engine, EnginePage } from '../../browser/support/engine.js';
import { startFirefox } from '../../browser/support/firefox.js';
import { startWebkit } from '../../browser/support/webkit.js';
import { contestantById } from '../contestants.js';
import { interleave, type Rounds, type Run } from '../interleave.js';
import type { Bench } from '../pages/app.js';

const IDS = ['none', 'pass-through', 'bearer-worker', 'in-page', 'no-worker'];
const STARTS: Readonly<Record<string, () => Promise<Engine>>> = {
  Firefox: startFirefox,
  WebKitGTK: startWebkit,
};
const COUNT = 100;

/** What an engine other than Chromium allows to be measured. */
export interface EngineRequests {
  readonly version: string;
  readonly warm: Rounds;
  readonly parallel: Rounds;
  readonly uncovered: Rounds;
}

/**
 * The pages stand alone, their tokens come from the server: their drivers lose frames. Their clocks tick in whole
 * milliseconds, so a value is the mean of a round's requests.
 */
export async function measureOtherEngines(run: Run): Promise<Readonly<Record<string, EngineRequests>>> {
  const all: Record<string, EngineRequests> = {};
  for (const [name, start] of Object.entries(STARTS)) {
    run.progress.start(name);
    const engine = await start();
    try {
      all[name] = await measureEngine(run, engine);
    } finally {
      await engine.close();
    }
  }
  return all;
}

async function measureEngine(run: Run, engine: Engine): Promise<EngineRequests> {
  const profile = await engine.openProfile();
  try {
    const pages = new Map<string, EnginePage>();
    for (const id of IDS) pages.set(id, await open(run, profile, id));
    const version = await [...pages.values()][0]!.evaluate(() => navigator.userAgent);
    const mean = (url: string) => async (id: string) => {
      const took = await pages.get(id)!.evaluate(inTurn, url, COUNT);
      return [took / COUNT];
    };
    return {
      version: /(Firefox|Version)\/([\d.]+)/.exec(version)?.[2] ?? version,
      warm: await inShow(run, pages, mean('/api/small')),
      parallel: await inShow(run, pages, async (id) => [
        await pages.get(id)!.evaluate(atOnce, '/api/small', COUNT),
      ]),
      uncovered: await inShow(run, pages, mean('/open/small')),
    };
  } finally {
    await profile.close();
  }
}

function inShow(
  run: Run,
  pages: ReadonlyMap<string, EnginePage>,
  measure: (id: string) => Promise<readonly number[]>,
): Promise<Rounds> {
  return interleave({ ...run, rounds: Math.ceil(run.rounds / 2) }, IDS, async (id) => {
    await pages.get(id)!.show();
    return measure(id);
  });
}

async function open(
  { site }: Run,
  profile: Awaited<ReturnType<Engine['openProfile']>>,
  id: string,
): Promise<EnginePage> {
  const { settings } = contestantById(id);
  const address = new URL('/app', site.originOf(id));
  address.search = new URLSearchParams({
    ...settings,
    contestant: id,
    direct: '1',
    lifeSeconds: '3600',
  }).toString();
  const page = await profile.openPage(address.href);
  await page.evaluate(async () => {
    const scope = globalThis as unknown as { bench?: Bench };
    while (!scope.bench) await new Promise((resolve) => setTimeout(resolve, 20));
    await scope.bench.ready();
  });
  return page;
}

async function inTurn(url: string, count: number): Promise<number> {
  const { bench } = globalThis as unknown as { bench: Bench };
  const took = await bench.inTurn(url, count);
  return took.reduce((sum, each) => sum + each, 0);
}

function atOnce(url: string, count: number): Promise<number> {
  return (globalThis as unknown as { bench: Bench }).bench.atOnce(url, count);
}

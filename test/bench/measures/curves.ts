import type { BenchTab } from '../browser.js';
import { contestantById } from '../contestants.js';
import type { Run } from '../interleave.js';
import { median, quantile } from '../statistics.js';

const TABS = [1, 2, 5, 10, 20, 50];
const PER_SECOND = [1, 10, 100, 300, 1000];
const IDENTITIES = [1, 2, 5, 10, 20];
const LIFE_SECONDS = 4;
const LIFETIMES = 3;
const REQUESTS = 30;
const SECONDS = 4;

export interface CurvePoint {
  readonly at: number;
  /** Of a small GET, in a tab of those open. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** In one lifetime of a token. */
  readonly tokensPerLifetime?: number;
  readonly workerHeapMiB?: number;
}

export interface Curves {
  readonly tabs: readonly CurvePoint[];
  readonly perSecond: readonly CurvePoint[];
  readonly perSecondWithoutWorker: readonly CurvePoint[];
  readonly identities: readonly CurvePoint[];
}

/** What becomes of calls, latency and memory as there is more of everything. */
export async function measureCurves(run: Run): Promise<Curves> {
  const some = (all: readonly number[]): readonly number[] => (run.isQuick ? all.slice(0, 3) : all);
  return {
    tabs: await curve(run, some(TABS), 'tabs', (count) => crowd(run, Array<string>(count).fill('somebody'))),
    identities: await curve(run, some(IDENTITIES), 'identities', (count) =>
      crowd(
        run,
        Array.from({ length: count }, (_none, at) => `user-${at}`),
      ),
    ),
    perSecond: await curve(run, some(PER_SECOND), 'requests per second', (pace) =>
      atPace(run, 'bearer-worker', pace),
    ),
    perSecondWithoutWorker: await curve(run, some(PER_SECOND), 'requests per second, without us', (pace) =>
      atPace(run, 'none', pace),
    ),
  };
}

async function curve(
  { progress }: Run,
  values: readonly number[],
  title: string,
  measure: (value: number) => Promise<CurvePoint>,
): Promise<CurvePoint[]> {
  progress.start(`More and more ${title}`);
  const points: CurvePoint[] = [];
  for (const value of values) {
    progress.step(`${value}`);
    points.push(await measure(value));
  }
  return points;
}

/** One tab for each name: tabs of one name share a token. */
async function crowd({ site, openProfile }: Run, identities: readonly string[]): Promise<CurvePoint> {
  const profile = await openProfile();
  try {
    const tabs: BenchTab[] = [];
    for (const identity of identities) {
      const options = JSON.stringify({ identity, minValiditySeconds: 1 });
      tabs.push(
        await profile.open(site, contestantById('bearer-worker'), {
          direct: '1',
          lifeSeconds: String(LIFE_SECONDS),
          options,
        }),
      );
    }
    const before = site.tokens.given.get('bearer-worker') ?? 0;
    const startedAtMs = Date.now();
    await Promise.all(tabs.map((tab) => tab.call('atPace', '/api/small', 2, LIFE_SECONDS * LIFETIMES)));
    const lifetimes = (Date.now() - startedAtMs) / 1000 / LIFE_SECONDS;
    const given = (site.tokens.given.get('bearer-worker') ?? 0) - before;
    const [front] = tabs;
    await front!.page.bringToFront();
    const took = await front!.call('inTurn', '/api/small', REQUESTS);
    const heap = await profile.workerHeapBytes(site.originOf('bearer-worker'));
    return {
      at: identities.length,
      p50Ms: median(took),
      p95Ms: quantile(took, 0.95),
      tokensPerLifetime: given / lifetimes,
      workerHeapMiB: heap / 1024 / 1024,
    };
  } finally {
    await profile.close();
  }
}

async function atPace({ site, openProfile }: Run, id: string, perSecond: number): Promise<CurvePoint> {
  const profile = await openProfile();
  try {
    const tab = await profile.open(site, contestantById(id));
    await tab.call('inTurn', '/api/small', REQUESTS);
    const { took } = await tab.call(
      'atPace',
      '/api/small',
      perSecond,
      perSecond === 1 ? SECONDS * 4 : SECONDS,
    );
    return { at: perSecond, p50Ms: median(took), p95Ms: quantile(took, 0.95) };
  } finally {
    await profile.close();
  }
}

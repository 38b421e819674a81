import { CONTESTANTS, shortTitleOf, titleOf } from './contestants.js';
import { goals } from './goals.js';
import type { Rounds } from './interleave.js';
import type { BulkMeasure } from './measures/bulk.js';
import type { CurvePoint, Curves } from './measures/curves.js';
import type { EngineRequests } from './measures/other-engines.js';
import type { RequestMeasures } from './measures/requests.js';
import type { WindowMeasure } from './measures/refreshes.js';
import type { Shipped } from './measures/sizes.js';
import type { ColdStart } from './measures/starts.js';
import type { TabsMeasure } from './measures/tabs.js';
import { inWords, ratioBetween } from './ratios.js';
import { quantile } from './statistics.js';

/** What was measured; without what was not asked for. */
export interface Results {
  readonly environment: Readonly<Record<string, string>>;
  readonly requests?: RequestMeasures | undefined;
  readonly coldStart?: ColdStart | undefined;
  readonly firstLoad?: Rounds | undefined;
  readonly release?: Rounds | undefined;
  readonly window?: WindowMeasure | undefined;
  readonly bulk?: BulkMeasure | undefined;
  readonly tabs?: TabsMeasure | undefined;
  readonly curves?: Curves | undefined;
  readonly sizes?: Readonly<Record<string, Shipped>> | undefined;
  readonly fleet?: FleetReport | undefined;
  readonly otherEngines?: Readonly<Record<string, EngineRequests>> | undefined;
}

/** The simulation itself is too much to keep. */
export interface FleetReport {
  readonly text: string;
  readonly pictures: Readonly<Record<string, string>>;
}

/** The report, as Markdown. */
export function toMarkdown(results: Results): string {
  const { requests, coldStart, firstLoad, release, window, bulk, tabs, curves, sizes, otherEngines } =
    results;
  const parts = [
    INTRODUCTION,
    toTable([['', ''], ...Object.entries(results.environment)]),
    goalsTable(results),
    ...(requests ? requestParts(requests) : []),
    coldStart && coldStartPart(coldStart),
    firstLoad &&
      part(
        'From the first load to the first request that is let in, in a new profile',
        timesTable(firstLoad),
      ),
    release &&
      part('From the token until the request that waits for it is at the server', timesTable(release, [])),
    window &&
      part(
        'A request in the refresh window, while the provider takes 200 ms',
        `${timesTable(window.rounds, [])}\n\n${window.refreshes} tokens were fetched in the background meanwhile.`,
      ),
    bulk && bulkPart(bulk),
    tabs && tabsPart(tabs),
    curves && curvesPart(curves),
    sizes && sizesPart(sizes),
    ...Object.entries(otherEngines ?? {}).map(([name, measured]) => enginePart(name, measured)),
    results.fleet && fleetPart(results.fleet),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

const INTRODUCTION = `# What it costs, and what it saves

<!-- Written by \`npm run bench\`: edit nothing here. -->

Every contestant sends from a page in a frame of a product (Atlassian's own Connect libraries), to one server on the
same machine over HTTP/1.1, in one browser. They take turns, in another order each round; a ratio is that of the two in
the same round, then the median of the rounds, and in brackets the interval that holds it 95 times of 100 (bootstrap).
A page's clock goes in steps of 0.1 ms, and what fell into one is taken as spread over it. Times of different runs or
machines say nothing; ratios of one run do. Each part below is one run.`;

function requestParts({ warm, parallel, burst, uncovered, mainThread }: RequestMeasures): string[] {
  return [
    part(
      'Small GETs with a fresh token, one after the other',
      `${picture('warm', 'Ratios of a small GET')}\n\n${timesTable(warm)}`,
    ),
    part(
      '100 at once, until all are answered',
      `${picture('parallel', 'Ratios of 100 at once')}\n\n${timesTable(parallel)}`,
    ),
    part('1,000 at once', timesTable(burst)),
    part('Small GETs of a path that is not covered', timesTable(uncovered)),
    part("The tab's main thread, busy for 1,000 requests", timesTable(mainThread)),
  ];
}

function goalsTable(results: Results): string {
  const rows = goals(results).map(({ claim, measured, verdict }) => [claim, measured, verdict]);
  return rows.length ? part('Goals', toTable([['goal', 'measured', ''], ...rows])) : '';
}

function coldStartPart({ rounds, refused }: ColdStart): string {
  const note = refused.length
    ? `\n\nRefused after the stop, with no token of its own left to send: ${refused.map(titleOf).join(', ')}.`
    : '';
  return part('A GET that wakes a stopped worker, the token in the store', `${timesTable(rounds)}${note}`);
}

function bulkPart({ download, upload, growth }: BulkMeasure): string {
  const memory = toTable([
    ['growth of all processes, MiB', 'down', 'up'],
    ...Object.entries(growth).map(([id, grown]) => [
      titleOf(id),
      String(grown.download),
      String(grown.upload),
    ]),
  ]);
  return [
    part('500 MB down, read as it comes', timesTable(download)),
    part('200 MB up, a Blob of the page', timesTable(upload)),
    memory,
  ].join('\n\n');
}

function tabsPart({ of, tabs, lifetimes }: TabsMeasure): string {
  return part(
    `${tabs} tabs of each over ${lifetimes} lifetimes of a token`,
    `${picture('tokens', 'Tokens fetched for each lifetime')}\n\n${toTable([
      ['', 'requests', 'tokens fetched', 'for each lifetime', 'refused (401)', 'failed in the page'],
      ...Object.entries(of).map(([id, { sent, tokens, refused, failed }]) => [
        titleOf(id),
        ...[sent, tokens, (tokens / lifetimes).toFixed(1), refused, failed].map(String),
      ]),
    ])}`,
  );
}

function curvesPart({ tabs, identities, perSecond, perSecondWithoutWorker }: Curves): string {
  const one = (name: string, points: readonly CurvePoint[]): string =>
    toTable([
      [name, 'p50 ms', 'p95 ms', 'tokens for each lifetime', "worker's heap, MiB"],
      ...points.map(({ at, p50Ms, p95Ms, tokensPerLifetime, workerHeapMiB }) => [
        String(at),
        p50Ms.toFixed(2),
        p95Ms.toFixed(2),
        tokensPerLifetime?.toFixed(1) ?? '',
        workerHeapMiB?.toFixed(1) ?? '',
      ]),
    ]);
  return part(
    'As there is more of it',
    [
      picture('tabs', 'Tokens fetched as there are more tabs and identities'),
      picture('pace', 'A small GET as there are more of them'),
      one('tabs of one identity', tabs),
      one('identities, a tab of each', identities),
      one('requests per second', perSecond),
      one('requests per second, no worker', perSecondWithoutWorker),
    ].join('\n\n'),
  );
}

function sizesPart(sizes: Readonly<Record<string, Shipped>>): string {
  return part(
    'Bytes shipped, minified and gzipped',
    toTable([
      ['', 'page', 'worker'],
      ...Object.entries(sizes).map(([id, { page, worker }]) => [
        titleOf(id),
        inThousands(page),
        inThousands(worker),
      ]),
    ]),
  );
}

function enginePart(name: string, { version, warm, parallel, uncovered }: EngineRequests): string {
  return [
    part(`${name}, which calls itself ${version}: small GETs with a fresh token`, timesTable(warm)),
    part(`${name}: 100 at once`, timesTable(parallel)),
    part(`${name}: a path that is not covered`, timesTable(uncovered)),
  ].join('\n\n');
}

const LIMITS = ['pass-through', 'none'];

/** One contestant's line: its own times, and how it stands to the two limits. */
export function timesTable(rounds: Rounds, references: readonly string[] = LIMITS): string {
  const columns = references.flatMap((id) =>
    (['p50', 'p95'] as const).map((statistic) => ({ id, statistic })),
  );
  const hasSpread = rounds[Object.keys(rounds)[0]!]![0]!.length > 1;
  // A round of one value has no 95th percentile of its own.
  const shown = columns.filter(({ statistic }) => hasSpread || statistic === 'p50');
  const head = [
    '',
    'p50 ms',
    'p95 ms',
    ...shown.map(({ id, statistic }) => `${statistic} × ${shortTitleOf(id)}`),
  ];
  const lines = CONTESTANTS.filter(({ id }) => rounds[id]).map(({ id, title }) => {
    const all = rounds[id]!.flat();
    const ratios = shown.map(({ id: reference, statistic }) =>
      reference === id ? '1' : inWords(ratioBetween(rounds, id, reference, statistic)),
    );
    return [title, quantile(all, 0.5).toFixed(2), quantile(all, 0.95).toFixed(2), ...ratios];
  });
  return toTable([head, ...lines]);
}

function fleetPart({ text, pictures }: FleetReport): string {
  const all = Object.keys(pictures).map((name) => picture(`fleet-${name}`, `The fleet: ${name}`));
  return part('A fleet of a million, by simulation', [...all, text].join('\n\n'));
}

function picture(name: string, text: string): string {
  return `![${text}](pictures/${name}.svg)`;
}

function part(title: string, text: string): string {
  return `## ${title}\n\n${text}`;
}

function toTable([head, ...rows]: readonly (readonly string[])[]): string {
  return [head!, head!.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function inThousands(value: number): string {
  return value.toLocaleString('en');
}

import { shortTitleOf, titleOf } from './contestants.js';
import type { Rounds } from './interleave.js';
import { inWords, ratioBetween } from './ratios.js';
import type { Results } from './report.js';
import { judge, quantile, type Statistic, type Verdict } from './statistics.js';

/** What was aimed at, what was measured, and whether that leaves a doubt. */
export interface Goal {
  readonly claim: string;
  readonly measured: string;
  readonly verdict: Verdict;
}

/** The goals about which something was measured. */
export function goals({ requests, coldStart, release, bulk, sizes }: Results): Goal[] {
  const list: Goal[] = [];
  const ratio = (
    rounds: Rounds | undefined,
    what: string,
    [id, reference]: readonly [string, string],
    limit: number,
    statistics: readonly Statistic[] = ['p50', 'p95'],
  ): void => {
    if (!rounds) return;
    for (const statistic of statistics) {
      const measured = ratioBetween(rounds, id, reference, statistic);
      list.push({
        claim: `${what}: ${titleOf(id)} ≤ ${limit} × ${shortTitleOf(reference)}, ${statistic}`,
        measured: inWords(measured),
        verdict: judge(measured, limit),
      });
    }
  };
  const most = (claim: string, value: number, limit: number, unit: string): void => {
    list.push({
      claim: `${claim} ≤ ${limit.toLocaleString('en')} ${unit}`,
      measured: `${value.toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`,
      verdict: value <= limit ? 'held' : 'not held',
    });
  };
  for (const [what, rounds] of [
    ['warm GET', requests?.warm],
    ['100 at once', requests?.parallel],
  ] as const) {
    const statistics: readonly Statistic[] = what === 'warm GET' ? ['p50', 'p95'] : ['p50'];
    ratio(rounds, what, ['bearer-worker', 'pass-through'], 1.03, statistics);
    ratio(rounds, what, ['in-page', 'none'], 1.05, statistics);
    ratio(rounds, what, ['no-worker', 'none'], 1.05, statistics);
    ratio(rounds, what, ['in-page', 'pass-through'], 0.7, ['p50']);
  }
  // How near to what is possible: the first two limits send no token, which costs the line and the server something.
  ratio(requests?.warm, 'warm GET', ['bearer-worker', 'least'], 1.03, ['p50']);
  ratio(requests?.warm, 'warm GET', ['in-page', 'routed'], 1.05, ['p50']);
  ratio(requests?.uncovered, 'uncovered', ['bearer-worker', 'none'], 1.02, ['p50']);
  ratio(coldStart?.rounds, 'cold start', ['bearer-worker', 'pass-through'], 1.1, ['p50']);
  ratio(coldStart?.rounds, 'cold start', ['bearer-worker', 'least'], 1.1, ['p50']);
  if (release) {
    for (const id of ['bearer-worker', 'in-page']) {
      most(`released after its token: ${titleOf(id)}, p50`, quantile(release[id]!.flat(), 0.5), 5, 'ms');
      most(`released after its token: ${titleOf(id)}, p95`, quantile(release[id]!.flat(), 0.95), 5, 'ms');
    }
  }
  for (const way of ['download', 'upload'] as const) {
    // A throughput of 0.97 is a time of 1.03.
    ratio(bulk?.[way], way, ['bearer-worker', 'pass-through'], 1.03, ['p50']);
    if (bulk) {
      const grown = bulk.growth['bearer-worker']![way] - bulk.growth['pass-through']![way];
      most(`${way}, growth beyond pass-through`, grown, 20, 'MiB');
    }
  }
  if (sizes) {
    most('worker', sizes['bearer-worker']!.worker, 4096, 'bytes');
    most('page, with the Connect provider', sizes['bearer-worker']!.page, 3072, 'bytes');
  }
  return list;
}

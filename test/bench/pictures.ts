import { titleOf } from './contestants.js';
import type { Rounds } from './interleave.js';
import { barPlot, linePlot } from './plot/index.js';
import { ratioBetween } from './ratios.js';
import type { Results } from './report.js';

/** The report's pictures, by file name. */
export function drawPictures({ requests, tabs, curves, fleet }: Results): Record<string, string> {
  const pictures: Record<string, string> = {};
  if (requests) {
    pictures['warm.svg'] = ratios('A small GET with a fresh token', requests.warm);
    pictures['parallel.svg'] = ratios('100 small GETs at once', requests.parallel);
  }
  if (tabs) {
    pictures['tokens.svg'] = barPlot({
      title: `Tokens fetched for each lifetime of one, by ${tabs.tabs} tabs`,
      xLabel: 'tokens',
      bars: Object.entries(tabs.of).map(([id, { tokens }]) => ({
        name: nameOf(id),
        value: tokens / tabs.lifetimes,
        isEmphasised: isOurs(id),
      })),
      format: (value) => value.toFixed(1),
    });
  }
  if (curves) {
    pictures['tabs.svg'] = linePlot({
      title: 'Tokens fetched for each lifetime of one, as there are more tabs',
      xLabel: 'tabs, or identities with one tab each',
      yLabel: 'tokens for each lifetime',
      series: [
        { name: 'tabs of one identity', points: curves.tabs.map((at) => [at.at, at.tokensPerLifetime ?? 0]) },
        { name: 'identities', points: curves.identities.map((at) => [at.at, at.tokensPerLifetime ?? 0]) },
      ],
    });
    pictures['pace.svg'] = linePlot({
      title: 'A small GET, as there are more of them',
      xLabel: 'requests per second',
      yLabel: 'median, ms',
      xScale: 'log',
      yScale: 'log',
      series: [
        { name: 'bearer-worker', points: curves.perSecond.map((at) => [at.at, at.p50Ms]) },
        { name: 'no worker', points: curves.perSecondWithoutWorker.map((at) => [at.at, at.p50Ms]) },
      ],
    });
  }
  for (const [name, picture] of Object.entries(fleet?.pictures ?? {}))
    pictures[`fleet-${name}.svg`] = picture;
  return pictures;
}

function ratios(title: string, rounds: Rounds): string {
  return barPlot({
    title: `${title}: its median time, as a multiple of what it takes without any worker and token`,
    xLabel: 'multiple; the line is the interval that holds it 95 times of 100',
    bars: Object.keys(rounds)
      .filter((id) => id !== 'none')
      .map((id) => {
        const { median, low, high } = ratioBetween(rounds, id, 'none', 'p50');
        return { name: nameOf(id), value: median, low, high, isEmphasised: isOurs(id) };
      }),
    reference: { value: 1, name: 'no worker, no token' },
    format: (value) => value.toFixed(2),
  });
}

function isOurs(id: string): boolean {
  return ['bearer-worker', 'in-page', 'no-worker'].includes(id);
}

function nameOf(id: string): string {
  return titleOf(id).replaceAll('`', '');
}

import type { FleetResult } from './fleet.js';
import { peak, type Row } from './summary.js';
import { linePlot, type Series } from '../plot/index.js';

/** Every point is the busiest second of so many. */
const DAY_STEP_SECONDS = 60;
const OUTAGE_STEP_SECONDS = 10;

/** What a picture of an outage shows before and after it. */
const BEFORE_SECONDS = 600;
const AFTER_SECONDS = 2400;

export interface FleetPlots {
  /** Calls over the day, by every rule. */
  readonly day: string;
  /** The same without the one that asks for each request, so that the others can be told apart. */
  readonly waking: string;
  readonly outage: string;
}

/** The pictures of a fleet's day, as SVG documents. */
export function drawFleet(result: FleetResult): FleetPlots {
  const { terms, day, outage } = result;
  const { habits } = terms;
  const count = terms.users.toLocaleString('en-US');
  const wakesBy = habits.wakeFromSeconds + habits.wakeWithinSeconds;
  const endsAt = wakesBy + habits.workSeconds[1];
  const xLabel = 'time of day';
  const perMinute = 'calls of the token endpoint per second, in the busiest second of each minute';
  const from = terms.outage.fromSeconds - BEFORE_SECONDS;
  const to = terms.outage.fromSeconds + terms.outage.forSeconds + AFTER_SECONDS;
  return {
    day: linePlot({
      title: `A day of ${count} users who wake within ${habits.wakeWithinSeconds / 60} minutes`,
      xLabel,
      yLabel: perMinute,
      xScale: 'time',
      yScale: 'log',
      series: day.map((row) => toSeries(row, habits.wakeFromSeconds, endsAt, DAY_STEP_SECONDS)),
    }),
    waking: linePlot({
      title: `The first two hours of ${count} users, without a token for each request`,
      xLabel,
      yLabel: perMinute,
      xScale: 'time',
      series: day
        .slice(0, -1)
        .map((row) => toSeries(row, habits.wakeFromSeconds, habits.wakeFromSeconds + 7200, DAY_STEP_SECONDS)),
    }),
    outage: linePlot({
      title: `The endpoint fails for ${terms.outage.forSeconds / 60} minutes while ${count} users work`,
      xLabel,
      yLabel: `calls of the token endpoint per second, in the busiest second of each ${OUTAGE_STEP_SECONDS} seconds`,
      xScale: 'time',
      yScale: 'log',
      series: outage.map((row) => toSeries(row, from, to, OUTAGE_STEP_SECONDS)),
    }),
  };
}

function toSeries({ name, callsPerSecond }: Row, from: number, to: number, step: number): Series {
  const points: [number, number][] = [];
  for (let second = from; second < to; second += step) {
    points.push([second, peak(callsPerSecond, second, Math.min(second + step, to))[0]]);
  }
  return { name, points };
}

import type { Habits } from './habits.js';
import type { Outage, Policy } from './policy.js';

/** After an outage: its first minutes, and the time in which the tokens that were got then run out together. */
const AFTER_SECONDS = 300;

export interface Summary {
  /** In the whole day. */
  readonly calls: number;
  readonly callsPerUser: number;
  /** Calls in the busiest second of the day, and when that was. */
  readonly peakPerSecond: number;
  readonly peakAtSeconds: number;
  /** In the busiest second after the last user has woken. */
  readonly peakAwake: number;
  /** In the busiest second of the outage, of the minutes after it, and of one token's life after those. */
  readonly peakInOutage: number;
  readonly peakAfterOutage: number;
  readonly peakInEcho: number;
  /** Actions whose requests had to wait for a call, and those that found no valid token. */
  readonly waitedActions: number;
  readonly failedActions: number;
  /** Of the first row's. */
  readonly callsRatio: number;
  readonly peakRatio: number;
}

export interface Row {
  readonly name: string;
  readonly callsPerSecond: Float64Array;
  readonly summary: Summary;
}

interface Terms {
  readonly users: number;
  readonly habits: Habits;
  readonly outage: Outage;
  readonly lifetimeSeconds: number;
}

export function summarise({ name, tally }: Policy, ours: Policy, terms: Terms, scale: number): Row {
  const { users, habits, outage, lifetimeSeconds } = terms;
  const callsPerSecond = scaled(tally.callsPerSecond, scale);
  const oursPerSecond = scaled(ours.tally.callsPerSecond, scale);
  const calls = sum(callsPerSecond);
  const [peakPerSecond, peakAtSeconds] = peak(callsPerSecond);
  const peakOf = (from: number, to?: number): number => peak(callsPerSecond, from, to)[0];
  const isOver = outage.fromSeconds + outage.forSeconds;
  const echoFrom = isOver + AFTER_SECONDS;
  return {
    name,
    callsPerSecond,
    summary: {
      calls,
      callsPerUser: calls / users,
      peakPerSecond,
      peakAtSeconds,
      peakAwake: peakOf(Math.ceil(habits.wakeFromSeconds + habits.wakeWithinSeconds)),
      peakInOutage: peakOf(outage.fromSeconds, isOver),
      peakAfterOutage: peakOf(isOver, echoFrom),
      peakInEcho: peakOf(echoFrom, echoFrom + lifetimeSeconds),
      waitedActions: tally.waited * scale,
      failedActions: tally.failed * scale,
      callsRatio: calls / sum(oursPerSecond),
      peakRatio: peakPerSecond / peak(oursPerSecond)[0],
    },
  };
}

/**
 * What the whole fleet calls, from what a part of it does. The part's calls in a few seconds, as many as it is smaller,
 * vary by chance as much as the fleet's do in one: so each of those seconds gets their mean. Second by second the
 * busiest one would be many times too busy.
 */
function scaled(callsPerSecond: Uint32Array, scale: number): Float64Array {
  const width = Math.round(scale);
  const fleets = new Float64Array(callsPerSecond.length);
  for (let from = 0; from < fleets.length; from += width) {
    const part = callsPerSecond.subarray(from, from + width);
    fleets.fill((sum(part) * scale) / part.length, from, from + width);
  }
  return fleets;
}

/** The busiest second of a time, and when it was. */
export function peak(
  callsPerSecond: ArrayLike<number>,
  from = 0,
  to = callsPerSecond.length,
): [calls: number, atSeconds: number] {
  let [most, at] = [0, from];
  for (let second = from; second < to; second++) {
    const calls = callsPerSecond[second] ?? 0;
    if (calls > most) [most, at] = [calls, second];
  }
  return [most, at];
}

function sum(numbers: Float64Array | Uint32Array): number {
  let total = 0;
  for (const each of numbers) total += each;
  return total;
}

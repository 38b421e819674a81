import type { Rounds } from './interleave.js';
import { ratioOf, seededRandom, type Ratio, type Statistic } from './statistics.js';

/** How one contestant stands to another, each round against the same round. */
export function ratioBetween(rounds: Rounds, id: string, reference: string, statistic: Statistic): Ratio {
  return ratioOf(rounds[id]!, rounds[reference]!, statistic, seededRandom(2));
}

export function inWords({ median, low, high }: Ratio): string {
  return `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

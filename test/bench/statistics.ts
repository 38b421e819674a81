/** A ratio of two contestants over all rounds, with the interval that holds it 95 times of 100. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export type Statistic = 'p50' | 'p95';

/** @throws {RangeError} for no values, of which there is no quantile */
export function quantile(values: readonly number[], fraction: number): number {
  if (values.length === 0) throw new RangeError('There is no quantile of no values.');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const below = Math.floor(at);
  const rest = at - below;
  const low = sorted[below]!;
  return low + (sorted[Math.min(below + 1, sorted.length - 1)]! - low) * rest;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A page's clock goes in steps of 0.1 ms (Chromium, High Resolution Time: without cross-origin isolation). */
const STEP_MS = 0.1;

/**
 * A quantile of times that a page has measured, which are a few steps apart where their ratios are not: what fell into
 * the same step is taken as spread over it, as of grouped data.
 */
export function statisticOf(values: readonly number[], statistic: Statistic): number {
  const fraction = statistic === 'p50' ? 0.5 : 0.95;
  const found = quantile(values, fraction);
  const group = values.filter((value) => Math.abs(value - found) < STEP_MS / 2);
  if (group.length < 2) return found;
  const below = values.filter((value) => value <= found - STEP_MS / 2).length;
  return found - STEP_MS / 2 + (STEP_MS * (fraction * values.length - below)) / group.length;
}

const RESAMPLES = 2000;

/**
 * Round by round, since what slows the machine down slows both of a round; then the median of the rounds, and its
 * interval by the bootstrap (percentiles of the medians of rounds drawn with replacement).
 *
 * @param random for the draws, in [0, 1)
 */
export function ratioOf(
  rounds: readonly (readonly number[])[],
  reference: readonly (readonly number[])[],
  statistic: Statistic,
  random: () => number,
): Ratio {
  const ratios = rounds.map(
    (values, round) => statisticOf(values, statistic) / statisticOf(reference[round]!, statistic),
  );
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(ratios.map(() => ratios[Math.floor(random() * ratios.length)]!)),
  );
  return { median: median(ratios), low: quantile(medians, 0.025), high: quantile(medians, 0.975) };
}

export type Verdict = 'held' | 'not held' | 'too noisy to say';

/** Whether a ratio is at most the limit, where its interval leaves no doubt. */
export function judge({ low, high }: Ratio, limit: number): Verdict {
  if (high <= limit) return 'held';
  return low > limit ? 'not held' : 'too noisy to say';
}

/** Numbers that look random and are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const all = [...values];
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all;
}

import type { BenchProfile, BenchTab } from './browser.js';
import { contestantById } from './contestants.js';
import type { Progress } from './progress.js';
import type { Site } from './site.js';
import { shuffled } from './statistics.js';

/** What a measure is given to work with. */
export interface Run {
  readonly site: Site;
  readonly openProfile: () => Promise<BenchProfile>;
  readonly random: () => number;
  readonly progress: Progress;
  /** How often each is measured. */
  readonly rounds: number;
  /** A rough answer is enough. */
  readonly isQuick: boolean;
}

/** The values of each round of each contestant. */
export type Rounds = Readonly<Record<string, readonly (readonly number[])[]>>;

/**
 * Every contestant once in every round, each round in another order, so that what the machine does meanwhile meets all
 * of them. The first round warms up and does not count.
 */
export async function interleave(
  { random, rounds, progress }: Run,
  ids: readonly string[],
  measure: (id: string) => Promise<readonly number[]>,
): Promise<Rounds> {
  const values = new Map(ids.map((id) => [id, [] as (readonly number[])[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const id of shuffled(ids, random)) {
      const measured = await measure(id);
      if (round > 0) values.get(id)!.push(measured);
    }
    progress.step(`round ${round} of ${rounds}`);
  }
  return Object.fromEntries(values);
}

/** One tab for each contestant, in one profile. */
export async function openAll(
  { site, openProfile }: Run,
  ids: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<{ profile: BenchProfile; tabs: ReadonlyMap<string, BenchTab> }> {
  const profile = await openProfile();
  const tabs = new Map<string, BenchTab>();
  for (const id of ids) tabs.set(id, await profile.open(site, contestantById(id), settings));
  return { profile, tabs };
}

/** Only the tab in front is painted, and none is held back for being behind. */
export async function inFront<T>(tab: BenchTab, measure: () => Promise<T>): Promise<T> {
  await tab.page.bringToFront();
  return measure();
}

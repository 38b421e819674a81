import type { Random } from './random.js';

export const DAY_SECONDS = 86_400;

/** How the users of the fleet spend their day. Times of day are seconds since midnight. */
export interface Habits {
  /** Each user's first action comes at any moment of this time with the same chance. */
  readonly wakeFromSeconds: number;
  readonly wakeWithinSeconds: number;
  /** From the first action to the last, pauses included: any time between these with the same chance. */
  readonly workSeconds: readonly [shortest: number, longest: number];
  /** Work is spells and pauses, each of random length about this mean (exponential). */
  readonly spellSeconds: number;
  readonly pauseSeconds: number;
  /** Within a spell an action comes each so many seconds on average, at random (a Poisson process) … */
  readonly actionEverySeconds: number;
  /** … and is so many requests at once. */
  readonly requestsPerAction: number;
}

export const HABITS: Habits = {
  wakeFromSeconds: 9 * 3600,
  wakeWithinSeconds: 600,
  workSeconds: [6 * 3600, 9 * 3600],
  spellSeconds: 25 * 60,
  pauseSeconds: 7 * 60,
  actionEverySeconds: 40,
  requestsPerAction: 3,
};

/** One user's day: the moments of the actions, in `times` up to `count`. */
export interface UserDay {
  readonly times: Float64Array;
  count: number;
  /** The first action. */
  wakesAt: number;
  /** When the app is closed. */
  endsAt: number;
}

/** Room for the busiest day that these habits can make; it is used again for each user. */
export function emptyDay({ workSeconds: [, longest], actionEverySeconds }: Habits): UserDay {
  const mean = longest / actionEverySeconds;
  // Twelve standard deviations above the mean: no user of a million is there.
  return {
    times: new Float64Array(Math.ceil(mean + 12 * Math.sqrt(mean) + 100)),
    count: 0,
    wakesAt: 0,
    endsAt: 0,
  };
}

/** Lets a user live through a day. */
export function liveDay(habits: Habits, random: Random, day: UserDay): void {
  const { times } = day;
  let now = habits.wakeFromSeconds + random.next() * habits.wakeWithinSeconds;
  let count = 0;
  day.wakesAt = now;
  day.endsAt = now + random.between(...habits.workSeconds);
  let pausesAt = now + random.exponential(habits.spellSeconds);
  while (now < day.endsAt && count < times.length) {
    times[count++] = now;
    now += random.exponential(habits.actionEverySeconds);
    if (now < pausesAt) continue;
    // Whoever comes back from a pause does something.
    now = pausesAt + random.exponential(habits.pauseSeconds);
    pausesAt = now + random.exponential(habits.spellSeconds);
  }
  day.count = count;
}

/** How many of the actions come before that time. */
export function countUntil({ times, count }: UserDay, endSeconds: number): number {
  let before = count;
  while (before > 0 && times[before - 1]! >= endSeconds) before--;
  return before;
}

/** When the action after that one comes. */
export function nextAfter({ times, count }: UserDay, index: number): number {
  return index + 1 < count ? times[index + 1]! : Infinity;
}

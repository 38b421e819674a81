import { DEFAULTS } from '../../../src/core/options.js';
import { CorePolicy, type CoreTerms } from './core-policy.js';
import { countUntil, DAY_SECONDS, emptyDay, HABITS, liveDay, type Habits } from './habits.js';
import { FixedTimer, PerRequest } from './other-policies.js';
import type { Outage, Policy } from './policy.js';
import { Random } from './random.js';
import { summarise, type Row } from './summary.js';

export interface FleetOptions {
  readonly users: number;
  /** The same seed gives the same day, call by call. */
  readonly seed: number;
  /**
   * How many of them are simulated; what they do is then multiplied, and a second is the mean of as many as one user
   * stands for.
   *
   * @default a quarter of a million, or all where there are fewer
   */
  readonly simulated?: number;
  readonly habits?: Partial<Habits>;
  /** The token's life. @default 15 minutes */
  readonly lifetimeSeconds?: number;
  /** @default 14 minutes */
  readonly timerSeconds?: number;
  /** @default 5 minutes from 10:00 */
  readonly outage?: Outage;
  /**
   * Pages that each user has open: their calls for one token are one call with us, but a call that fails is tried
   * from a second page. (The timer is counted in one page only; each further one adds as much.)
   *
   * @default 2
   */
  readonly tabs?: number;
  /** Told the share that is done, about a hundred times. */
  readonly onProgress?: (share: number) => void;
}

export interface FleetResult {
  /** The assumptions, all of them. */
  readonly terms: Required<Omit<FleetOptions, 'onProgress'>> & { readonly habits: Habits };
  /** All users' requests in the day, and the actions that they come in. */
  readonly requests: number;
  readonly actions: number;
  /** A day on which all goes well; ours is the first row. */
  readonly day: Row[];
  /** The same day until an hour after an outage of the endpoint; ours is the first row. */
  readonly outage: Row[];
  /** What the core does not do: windows of random width. On the good day, and on the other. */
  readonly whatIf: { readonly day: Row; readonly outage: Row };
}

/** Later nothing is left of it. */
const AFTER_OUTAGE_SECONDS = 3600;

/** Half wider or narrower: the same calls in all, spread over nearly the width of the window. */
const WHAT_IF_JITTER = 0.5;

/**
 * One day of a fleet of users that wake within minutes: what each way to keep a token asks of the token endpoint,
 * second by second. Users do not meet but at the endpoint, and that answers at once, so each lives alone.
 */
export function fleet({ onProgress = () => undefined, ...options }: FleetOptions): FleetResult {
  const terms = withDefaults(options);
  const { users, seed, simulated, habits, outage } = terms;
  const random = new Random(seed);
  const good = goodDay(terms);
  const bad = badDay(terms);
  const badUntil = outage.fromSeconds + outage.forSeconds + AFTER_OUTAGE_SECONDS;
  const day = emptyDay(habits);
  let actions = 0;
  for (let user = 0; user < simulated; user++) {
    liveDay(habits, random, day);
    actions += day.count;
    for (const policy of good) policy.live(day);
    day.count = countUntil(day, badUntil);
    day.endsAt = Math.min(day.endsAt, badUntil);
    for (const policy of bad) policy.live(day);
    if (user % Math.ceil(simulated / 100) === 0) onProgress(user / simulated);
  }
  const scale = users / simulated;
  const rows = (those: Policy[]): Row[] => those.map((policy) => summarise(policy, those[0]!, terms, scale));
  const [dayRows, outageRows] = [rows(good), rows(bad)];
  return {
    terms,
    requests: actions * scale * habits.requestsPerAction,
    actions: actions * scale,
    whatIf: { day: dayRows.pop()!, outage: outageRows.pop()! },
    day: dayRows,
    outage: outageRows,
  };
}

/** The rules that are compared on a good day; the last one is what the core could do. */
function goodDay(terms: FleetResult['terms']): Policy[] {
  const { lifetimeSeconds, timerSeconds, habits } = terms;
  const core = coreWith(terms, undefined);
  return [
    core('bearer-worker', {}),
    core('at expiry, without a window', WITHOUT_WINDOW),
    new FixedTimer(`a timer of ${timerSeconds / 60} minutes`, timerSeconds, lifetimeSeconds),
    new PerRequest('a token for each request', habits.requestsPerAction),
    core('a window of random width', { windowJitter: WHAT_IF_JITTER }),
  ];
}

/** The same rules in the same order, ours without backoff, and what the core could do. */
function badDay(terms: FleetResult['terms']): Policy[] {
  const { lifetimeSeconds, timerSeconds, habits, outage } = terms;
  const core = coreWith(terms, outage);
  return [
    core('bearer-worker', {}),
    core('at expiry, without a window or backoff', { ...WITHOUT_WINDOW, backsOff: false }),
    new FixedTimer(`a timer of ${timerSeconds / 60} minutes`, timerSeconds, lifetimeSeconds, outage),
    new PerRequest('a token for each request', habits.requestsPerAction, outage),
    core('bearer-worker without backoff', { backsOff: false }),
    core('a window of random width', { windowJitter: WHAT_IF_JITTER }),
  ];
}

/** A token is used to its last second, and replaced when it is refused. */
const WITHOUT_WINDOW = { minValiditySeconds: 0, refreshWindow: 0 };

function coreWith({ lifetimeSeconds, tabs, seed }: FleetResult['terms'], outage: Outage | undefined) {
  const { minValiditySeconds, refreshWindow } = DEFAULTS;
  const ours: CoreTerms = { lifetimeSeconds, minValiditySeconds, refreshWindow, tabs, outage };
  // Each draws for itself, so that one rule's chances do not change the others', nor what the users do.
  return (name: string, own: Partial<CoreTerms>): CorePolicy =>
    new CorePolicy(name, { ...ours, ...own }, new Random(seed + 1));
}

function withDefaults(options: Omit<FleetOptions, 'onProgress'>): FleetResult['terms'] {
  const habits = { ...HABITS, ...options.habits };
  const terms = {
    simulated: Math.min(options.users, 250_000),
    lifetimeSeconds: 15 * 60,
    timerSeconds: 14 * 60,
    outage: { fromSeconds: 10 * 3600, forSeconds: 300 },
    tabs: 2,
    ...options,
    habits,
  };
  const { users, simulated } = terms;
  if (!(Number.isInteger(users) && Number.isInteger(simulated) && simulated >= 1 && simulated <= users)) {
    throw new RangeError(
      `users and simulated are whole numbers, 1 <= simulated <= users; got ${simulated} of ${users}`,
    );
  }
  const lastSecond = habits.wakeFromSeconds + habits.wakeWithinSeconds + habits.workSeconds[1];
  if (!(lastSecond < DAY_SECONDS))
    throw new RangeError(`the last user works until ${lastSecond} s, past the day`);
  return terms;
}

import { describe, expect, test } from 'vitest';
import { CorePolicy, type CoreTerms } from '../../bench/fleet/core-policy.js';
import { emptyDay, HABITS, liveDay, type UserDay } from '../../bench/fleet/habits.js';
import { FixedTimer, PerRequest } from '../../bench/fleet/other-policies.js';
import { drawFleet } from '../../bench/fleet/plot.js';
import type { Policy } from '../../bench/fleet/policy.js';
import { Random } from '../../bench/fleet/random.js';
import { reportFleet } from '../../bench/fleet/report.js';
import type { Row } from '../../bench/fleet/summary.js';
import { fleet, type FleetOptions, type FleetResult } from '../../bench/fleet/fleet.js';
import { readSvg } from './read-svg.js';

const START = 36_000;

const TERMS: CoreTerms = { lifetimeSeconds: 900, minValiditySeconds: 30, refreshWindow: 0.2, tabs: 2 };
const WITHOUT_WINDOW = { minValiditySeconds: 0, refreshWindow: 0 };
const HALF = { next: () => 0.5 };

/** A day with actions at these seconds after its start. */
function dayOf(seconds: readonly number[], endsAfter = seconds.at(-1) ?? 0): UserDay {
  const times = Float64Array.from([...seconds, 0, 0], (second) => START + second);
  return { times, count: seconds.length, wakesAt: START + (seconds[0] ?? 0), endsAt: START + endsAfter };
}

const everySeconds = (step: number, until: number): number[] =>
  Array.from({ length: Math.floor(until / step) + 1 }, (_each, index) => index * step);

/** The seconds after the start in which a policy calls, each as often as it calls in it. */
function callsOf(policy: Policy, day: UserDay): number[] {
  policy.live(day);
  const calls: number[] = [];
  policy.tally.callsPerSecond.forEach((count, second) => {
    for (let call = 0; call < count; call++) calls.push(second - START);
  });
  return calls;
}

/** `toEqual` takes half a second for a day of seconds. */
const areEqual = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);

const core = (more: Partial<CoreTerms> = {}): CorePolicy =>
  new CorePolicy('core', { ...TERMS, ...more }, HALF);

describe('one user, an action each minute for an hour', () => {
  const hour = dayOf(everySeconds(60, 3600));

  test('with us a token is replaced at the first action in its window, and only the first is waited for', () => {
    const policy = core();
    // A window of 180 s: at 720 s the token is still fresh, at 780 s it is not.
    expect(callsOf(policy, hour)).toEqual([0, 780, 1560, 2340, 3120]);
    expect(policy.tally).toMatchObject({ waited: 1, failed: 0 });
  });

  test('without a window a token is replaced when it has expired, and each is waited for', () => {
    const policy = core(WITHOUT_WINDOW);
    expect(callsOf(policy, hour)).toEqual([0, 900, 1800, 2700, 3600]);
    expect(policy.tally).toMatchObject({ waited: 5, failed: 0 });
  });

  test('a token for each request is as many calls as there are requests', () => {
    const policy = new PerRequest('each', 3);
    expect(callsOf(policy, hour)).toHaveLength(61 * 3);
    expect(policy.tally.waited).toBe(61);
  });

  test('a timer of 14 minutes calls at its times', () => {
    expect(callsOf(new FixedTimer('timer', 840, 900), hour)).toEqual([0, 840, 1680, 2520, 3360]);
  });
});

describe('one user who pauses for an hour', () => {
  const pause = dayOf([0, 60, 3700], 3700);

  test('with us nothing is called meanwhile, and the first action after it waits', () => {
    const policy = core();
    expect(callsOf(policy, pause)).toEqual([0, 3700]);
    expect(policy.tally.waited).toBe(2);
  });

  test('a timer goes on, also after the last action', () => {
    expect(callsOf(new FixedTimer('timer', 840, 900), dayOf([0], 1700))).toEqual([0, 840, 1680]);
    expect(callsOf(new FixedTimer('timer', 840, 900), pause)).toEqual([0, 840, 1680, 2520, 3360]);
  });
});

describe('an endpoint that fails', () => {
  const outage = { fromSeconds: START + 800, forSeconds: 300 };
  const steady = dayOf(everySeconds(10, 1500));

  test('is not felt within the window; a call that fails is made from two pages, then not for a while', () => {
    const policy = core({ outage });
    const calls = callsOf(policy, dayOf([0, 810, 811, 850, 860]));
    // At 811 the wait is 1.5 s; waits of 3 s and more end before the next action.
    expect(calls).toEqual([0, 810, 810, 811, 811, 850, 850, 860, 860]);
    expect(policy.tally).toMatchObject({ failed: 0, waited: 1 });
  });

  test('is left alone longer and longer, and asked again after it', () => {
    const outageFromHere = { fromSeconds: START, forSeconds: 100 };
    const calls = callsOf(core({ outage: outageFromHere, tabs: 1 }), dayOf(everySeconds(1, 200)));
    // With a jitter of one half the waits are 0.75, 1.5, 3, 6, 12, 24 and 45 s.
    expect(calls).toEqual([0, 1, 3, 6, 12, 24, 48, 93, 138]);
  });

  test('is called more than three times as often without backoff', () => {
    const fromTheWindow = { fromSeconds: START + 700, forSeconds: 300 };
    const [patient, impatient] = [{}, { backsOff: false }].map((terms) =>
      callsOf(core({ outage: fromTheWindow, ...terms }), steady),
    );
    expect(impatient!.length).toBeGreaterThan(3 * patient!.length);
  });

  test('fails the requests of whom the window does not carry over it, each counted once for all its repetitions', () => {
    const policy = core({ outage, ...WITHOUT_WINDOW, backsOff: false, tabs: 1 });
    const calls = callsOf(policy, steady);
    // Actions at 900, 910 … 1090, each tried again after 1, 3 and 7 s; the last one with success.
    expect(calls.filter((second) => second >= 900 && second < 1100)).toHaveLength(20 * 4);
    expect(policy.tally.failed).toBe(20);
  });

  test('leaves those on a timer without a token until its next turn', () => {
    const policy = new FixedTimer('timer', 840, 900, outage);
    expect(callsOf(policy, dayOf(everySeconds(10, 1700)))).toEqual([0, 840, 1680]);
    // From 900 to 1670, each ten seconds.
    expect(policy.tally.failed).toBe(78);
  });

  test('fails each request that needs a token of its own, which is tried again', () => {
    const policy = new PerRequest('each', 3, outage);
    expect(callsOf(policy, dayOf([790, 800, 1098]))).toEqual(
      [790, 800, 801, 803, 807, 1098, 1099, 1101].flatMap((second) => [second, second, second]),
    );
    expect(policy.tally.failed).toBe(1);
  });
});

test('a token’s life is counted in whole seconds, as its claims are', () => {
  expect(callsOf(core(), dayOf([0.5, 720.3]))).toEqual([0, 720]);
});

test('a user does not wait for what another one’s calls have failed of', () => {
  const policy = core({ outage: { fromSeconds: START, forSeconds: 10 } });
  policy.live(dayOf([0, 1, 3]));
  expect(policy.tally.callsPerSecond[START + 4]).toBe(0);
  policy.live(dayOf([4]));
  expect(policy.tally.callsPerSecond[START + 4]).toBe(2);
});

test('with windows of random width tokens of one moment are not replaced at one moment', () => {
  const random = new Random(3);
  const hours = Array.from({ length: 200 }, () => {
    const policy = new CorePolicy('random', { ...TERMS, windowJitter: 0.5 }, random);
    return callsOf(policy, dayOf(everySeconds(1, 900)))[1]!;
  });
  // Of 180 s the window is 90 to 270 s.
  expect(Math.min(...hours)).toBeGreaterThanOrEqual(630);
  expect(Math.max(...hours)).toBeLessThanOrEqual(811);
  expect(Math.max(...hours) - Math.min(...hours)).toBeGreaterThan(150);
});

describe('a day', () => {
  const random = new Random(11);
  const day = emptyDay(HABITS);

  test('begins in the time of waking, is as long as said, and has its actions in order', () => {
    for (let user = 0; user < 200; user++) {
      liveDay(HABITS, random, day);
      const times = [...day.times.subarray(0, day.count)];
      expect(times[0]).toBe(day.wakesAt);
      expect(day.wakesAt).toBeGreaterThanOrEqual(9 * 3600);
      expect(day.wakesAt).toBeLessThan(9 * 3600 + 600);
      expect(day.endsAt - day.wakesAt).toBeGreaterThanOrEqual(6 * 3600);
      expect(day.endsAt - day.wakesAt).toBeLessThanOrEqual(9 * 3600);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThan(day.endsAt);
      expect(day.count).toBeLessThan(day.times.length);
    }
  });

  test('has the pace that was said, pauses included', () => {
    let [actions, seconds] = [0, 0];
    for (let user = 0; user < 1000; user++) {
      liveDay(HABITS, random, day);
      actions += day.count;
      seconds += day.endsAt - day.wakesAt;
    }
    const share = HABITS.spellSeconds / (HABITS.spellSeconds + HABITS.pauseSeconds);
    expect(seconds / actions / (HABITS.actionEverySeconds / share)).toBeCloseTo(1, 1);
  });
});

test('chance is even, and another with another seed', () => {
  const draw = (seed: number): number[] => {
    const random = new Random(seed);
    return Array.from({ length: 10_000 }, () => random.next());
  };
  const [one, again, other] = [draw(1), draw(1), draw(2)];
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
  const tenths = Array.from(
    { length: 10 },
    (_each, tenth) => one.filter((x) => Math.floor(x * 10) === tenth).length,
  );
  expect(Math.min(...tenths)).toBeGreaterThan(850);
  expect(Math.max(...tenths)).toBeLessThan(1150);
});

describe('a fleet', () => {
  const options: FleetOptions = { users: 300, seed: 7 };
  const result = fleet(options);
  const [ours, atExpiry, timer, each] = result.day;

  test('is the same with the same seed, call by call, and another with another', () => {
    const rowsOf = ({ day, outage, whatIf }: FleetResult): Row[] => [
      ...day,
      ...outage,
      whatIf.day,
      whatIf.outage,
    ];
    const [again, other] = [fleet(options), fleet({ ...options, seed: 8 })].map(rowsOf);
    for (const [index, { summary, callsPerSecond }] of rowsOf(result).entries()) {
      expect(again![index]!.summary).toEqual(summary);
      expect(areEqual(again![index]!.callsPerSecond, callsPerSecond)).toBe(true);
      expect(areEqual(other![index]!.callsPerSecond, callsPerSecond)).toBe(false);
    }
  });

  test('counts what is in its seconds', () => {
    for (const { callsPerSecond, summary } of [...result.day, ...result.outage]) {
      expect(summary.calls).toBe(callsPerSecond.reduce((sum, calls) => sum + calls, 0));
      expect(summary.peakPerSecond).toBe(Math.max(...callsPerSecond));
      expect(callsPerSecond[summary.peakAtSeconds]).toBe(summary.peakPerSecond);
    }
  });

  test('with a token for each request calls as often as it requests', () => {
    expect(each!.summary.calls).toBe(result.requests);
    expect(result.requests).toBe(3 * result.actions);
    expect(each!.summary.callsRatio).toBe(result.requests / ours!.summary.calls);
  });

  test('calls once for each user who wakes, and nobody calls before or by night', () => {
    const between = (from: number, to: number): number[] =>
      result.day.map(({ callsPerSecond }) =>
        callsPerSecond.slice(from, to).reduce((sum, calls) => sum + calls, 0),
      );
    expect(between(0, 9 * 3600)).toEqual([0, 0, 0, 0]);
    // A token lives longer than the fleet takes to wake.
    expect(between(9 * 3600, 9 * 3600 + 600).slice(0, 3)).toEqual([300, 300, 300]);
    expect(between(9 * 3600 + 600 + 9 * 3600, 86_400)).toEqual([0, 0, 0, 0]);
  });

  test('waits with us for a fraction of what it waits for without a window, with a timer only at the start', () => {
    expect(atExpiry!.summary.waitedActions).toBe(atExpiry!.summary.calls);
    expect(ours!.summary.waitedActions).toBeLessThan(atExpiry!.summary.waitedActions / 3);
    expect(timer!.summary.waitedActions).toBe(300);
  });

  test('is the simulated part times what it is less than the whole', () => {
    const part = fleet({ users: 600, simulated: 300, seed: 7 });
    expect(part.requests).toBe(2 * result.requests);
    expect(part.day.map(({ summary }) => summary.calls)).toEqual(
      result.day.map(({ summary }) => 2 * summary.calls),
    );
    expect(part.day.map(({ summary }) => summary.callsRatio)).toEqual(
      result.day.map(({ summary }) => summary.callsRatio),
    );
  });

  test('of which a part is simulated has no busier second for that', () => {
    const [whole, part] = [4000, 400].map((simulated) => fleet({ users: 4000, simulated, seed: 7 }));
    for (const [index, { summary }] of whole!.day.entries()) {
      const ratio = part!.day[index]!.summary.peakPerSecond / summary.peakPerSecond;
      expect(ratio).toBeGreaterThan(0.75);
      expect(ratio).toBeLessThan(1.25);
    }
  });

  test('tells how far it is', () => {
    const shares: number[] = [];
    fleet({ users: 10, seed: 1, onProgress: (share) => shares.push(share) });
    expect(shares).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
  });

  test.each([
    ['no users', { users: 0 }],
    ['half a user', { users: 2.5 }],
    ['more simulated than there are', { users: 5, simulated: 6 }],
    ['a day of more than 24 hours', { users: 5, habits: { workSeconds: [3600, 20 * 3600] as const } }],
  ])('of %s is an error', (_name, given) => {
    expect(() => fleet({ seed: 1, ...given })).toThrow(RangeError);
  });

  test('is reported with what it takes for granted, and a row for each rule', () => {
    const report = reportFleet(result);
    expect(report).toContain('300 users wake within 10 minutes and work for\n6 to 9 hours');
    expect(report).toContain(
      `(${result.requests.toLocaleString('en-US')} in the day). All of them are simulated`,
    );
    const calls = atExpiry!.summary.calls.toLocaleString('en-US');
    expect(report).toContain(`| at expiry, without a window | ${calls} |`);
    const rows = report.split('\n').filter((row) => row.startsWith('| '));
    expect(rows).toHaveLength(2 + result.day.length + 1 + 2 + result.outage.length + 1);
    expect(report).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('is drawn with every rule’s name in it', () => {
    for (const [name, rows] of [
      ['day', result.day],
      ['waking', result.day.slice(0, -1)],
      ['outage', result.outage],
    ] as const) {
      const described = readSvg(drawFleet(result)[name]).find((element) => element.name === 'desc')!.text;
      for (const row of rows) expect(described).toContain(`${row.name}: from`);
    }
  });
});

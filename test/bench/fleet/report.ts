import type { FleetResult } from './fleet.js';
import { RETRIES_SECONDS } from './policy.js';
import type { Row } from './summary.js';

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What the simulation takes for granted, and what came of it, in Markdown; the pictures are `drawFleet`'s. */
export function reportFleet(result: FleetResult): string {
  const { actions, day, outage, whatIf } = result;
  const onGoodDay = [...day, whatIf.day].map(({ name, summary }) => [
    name,
    whole(summary.calls),
    `${summary.callsRatio.toFixed(2)} ×`,
    whole(summary.peakPerSecond),
    whole(summary.peakAwake),
    percent(summary.waitedActions / actions),
  ]);
  const inOutage = [...outage, whatIf.outage].map(({ name, summary }: Row) => [
    name,
    whole(summary.peakInOutage),
    whole(summary.peakAfterOutage),
    whole(summary.peakInEcho),
    whole(summary.failedActions),
  ]);
  return [
    assumptions(result),
    '',
    ...table(
      [
        '',
        'calls in the day',
        'ratio',
        'busiest second',
        'once all are awake',
        'actions that wait for a token',
      ],
      onGoodDay,
    ),
    '',
    outageSentence(result),
    '',
    ...table(
      [
        'calls in the busiest second',
        'of the outage',
        'after it',
        'one token’s life later',
        'actions that failed',
      ],
      inOutage,
    ),
    '',
    '*A window of random width* is not what the worker does; it shows what that would bring.',
  ].join('\n');
}

function assumptions({ terms, requests }: FleetResult): string {
  const { users, simulated, seed, habits, lifetimeSeconds, timerSeconds, tabs } = terms;
  const [shortest, longest] = habits.workSeconds;
  const scaled =
    simulated === users
      ? 'All of them are simulated'
      : `${whole(simulated)} of them are simulated and multiplied, a second being the mean of ${whole(users / simulated)}`;
  return [
    `${whole(users)} users wake within ${habits.wakeWithinSeconds / 60} minutes and work for`,
    `${shortest / 3600} to ${longest / 3600} hours: spells of ${habits.spellSeconds / 60} minutes and pauses of`,
    `${habits.pauseSeconds / 60} on average, and in a spell an action each ${habits.actionEverySeconds} s at random, of`,
    `${habits.requestsPerAction} requests (${whole(requests)} in the day). ${scaled} (seed ${seed}).`,
    `A token lives ${lifetimeSeconds / 60} minutes; one serves all of a user’s ${tabs} pages. The timer calls each`,
    `${timerSeconds / 60} minutes, in one page only. The endpoint answers at once.`,
  ].join('\n');
}

function outageSentence({ terms: { outage, tabs } }: FleetResult): string {
  const pages = tabs > 1 ? ' A refresh that fails is tried from a second page.' : '';
  return [
    `The endpoint fails for ${outage.forSeconds / 60} minutes while everybody works. An action without a token is tried`,
    `again after ${RETRIES_SECONDS.join(', then ')} s.${pages}`,
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_cell, index) => (index ? '--:' : '---'))), ...rows.map(line)];
}

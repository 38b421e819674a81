import type { BenchTab } from '../browser.js';
import { contestantById } from '../contestants.js';
import type { Run } from '../interleave.js';

/** Without AXA's client: it replaces its tokens two minutes before they end, which these do not have. */
const TOKEN_USERS = ['bearer-worker', 'in-page', 'no-worker', 'axios-each', 'axios-mutex'];
const TABS = 10;
/** Longer than the 30 s that the product keeps a frame's token. */
const LIFE_SECONDS = 45;
const PER_SECOND = 1;

export interface TabsMeasure {
  readonly lifetimes: number;
  readonly tabs: number;
  readonly of: Readonly<
    Record<
      string,
      { readonly tokens: number; readonly refused: number; readonly failed: number; readonly sent: number }
    >
  >;
}

/** Tokens asked for and requests refused, while ten tabs go on for many lifetimes of a token. Only counts, so all at once. */
export async function measureTabs(
  { site, openProfile, progress }: Run,
  lifetimes: number,
): Promise<TabsMeasure> {
  progress.start(`Ten tabs of each over ${lifetimes} lifetimes of ${LIFE_SECONDS} s`);
  const profile = await openProfile();
  try {
    const tabs = new Map<string, BenchTab[]>();
    for (const id of TOKEN_USERS) {
      const opened: BenchTab[] = [];
      for (let tab = 0; tab < TABS; tab++) {
        opened.push(await profile.open(site, contestantById(id), { lifeSeconds: String(LIFE_SECONDS) }));
        progress.step(`${id}, tab ${tab + 1}`);
      }
      tabs.set(id, opened);
    }
    site.arrivals.length = 0;
    const before = new Map(site.tokens.given);
    const outcomes = await Promise.all(
      TOKEN_USERS.map(async (id) => {
        const each = await Promise.all(
          tabs.get(id)!.map((tab) => tab.call('atPace', '/api/small', PER_SECOND, lifetimes * LIFE_SECONDS)),
        );
        const arrivals = site.arrivalsOf(id);
        return [
          id,
          {
            tokens: (site.tokens.given.get(id) ?? 0) - (before.get(id) ?? 0),
            refused: arrivals.filter(({ status }) => status === 401).length,
            failed: each.reduce((sum, { failed }) => sum + failed, 0),
            sent: arrivals.length,
          },
        ] as const;
      }),
    );
    return { lifetimes, tabs: TABS, of: Object.fromEntries(outcomes) };
  } finally {
    await profile.close();
  }
}

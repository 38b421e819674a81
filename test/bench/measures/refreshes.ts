import { contestantById } from '../contestants.js';
import { inFront, interleave, openAll, type Rounds, type Run } from '../interleave.js';

/** Those whose token can be made to come from an endpoint whose answer is timed. */
const TIMED = ['bearer-worker', 'in-page', 'no-worker', 'axios-mutex'];
const OURS = ['bearer-worker', 'in-page', 'no-worker'];

const LIFE_SECONDS = 0.4;

/** From the provider's answer in the page until the request that has waited for it is at the server. */
export async function measureRelease(run: Run): Promise<Rounds> {
  run.progress.start('How long after its token a request is released');
  run.site.tokenDelayMs = 30;
  const { profile, tabs } = await openAll(run, TIMED, { direct: '1', lifeSeconds: String(LIFE_SECONDS) });
  try {
    return await interleave(run, TIMED, (id) =>
      inFront(tabs.get(id)!, async () => {
        const tab = tabs.get(id)!;
        await pause(LIFE_SECONDS * 1000 + 50);
        await tab.call('inTurn', '/api/small', 1);
        const { tokenMs } = await tab.call('tokens');
        const released = run.site.arrivalsOf(id).findLast(({ status }) => status === 200)!;
        return [released.arrivedAtMs - tokenMs];
      }),
    );
  } finally {
    run.site.tokenDelayMs = 0;
    await profile.close();
  }
}

/** Tokens that last, and are to be replaced from their first moment on. */
const ALWAYS_IN_WINDOW = { minValiditySeconds: 1, refreshWindow: 0.999 };
const PROVIDER_MS = 200;

export interface WindowMeasure {
  readonly rounds: Rounds;
  /** Refreshes that went on in the background meanwhile; without them nothing was measured. */
  readonly refreshes: number;
}

/** A request in the refresh window, while the provider takes its time: it must not wait for it. */
export async function measureWindow(run: Run): Promise<WindowMeasure> {
  run.progress.start('A request in the refresh window');
  const settings = Object.fromEntries(
    OURS.map((id) => [id, { direct: '1', lifeSeconds: '60', options: JSON.stringify(optionsOf(id)) }]),
  );
  const profile = await run.openProfile();
  const tabs = new Map<string, Awaited<ReturnType<typeof profile.open>>>();
  for (const id of OURS) tabs.set(id, await profile.open(run.site, contestantById(id), settings[id]));
  run.site.tokenDelayMs = PROVIDER_MS;
  try {
    const rounds = await interleave(run, OURS, (id) =>
      inFront(tabs.get(id)!, async () => {
        // The window begins a moment after the token has come.
        await pause(PROVIDER_MS + 100);
        return tabs.get(id)!.call('inTurn', '/api/small', 1);
      }),
    );
    let refreshes = 0;
    for (const tab of tabs.values()) refreshes += (await tab.call('tokens')).calls;
    return { rounds, refreshes };
  } finally {
    run.site.tokenDelayMs = 0;
    await profile.close();
  }
}

function optionsOf(id: string): object {
  const own =
    id === 'in-page' ? { inPage: 'always' } : id === 'no-worker' ? { workerUrl: '/no-such-worker.js' } : {};
  return { ...own, ...ALWAYS_IN_WINDOW };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

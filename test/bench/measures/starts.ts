import { CONTESTANTS, contestantById } from '../contestants.js';
import { inFront, interleave, openAll, type Rounds, type Run } from '../interleave.js';

const ALL = CONTESTANTS.map(({ id }) => id);

/** Time for a stopped worker's process to be gone, and for what the stop has set off. */
const SETTLE_MS = 300;

export interface ColdStart {
  readonly rounds: Rounds;
  /** Whose first request after the stop was refused: there is no time to tell of. */
  readonly refused: readonly string[];
}

/** One GET after the workers were stopped, with the token in the store. */
export async function measureColdStart(run: Run): Promise<ColdStart> {
  run.progress.start('A GET that wakes a stopped worker');
  const { profile, tabs } = await openAll(run, ALL);
  const sendCold = (id: string): Promise<number[]> =>
    inFront(tabs.get(id)!, async () => {
      await tabs.get(id)!.stopWorkers();
      await pause(SETTLE_MS);
      return tabs.get(id)!.call('inTurn', '/api/small', 1);
    });
  try {
    const refused: string[] = [];
    for (const id of ALL) {
      await sendCold(id).catch((error: Error) => {
        if (!/an answer was 401/.test(error.message)) throw error;
        refused.push(id);
      });
    }
    const served = ALL.filter((id) => !refused.includes(id));
    return { rounds: await interleave({ ...run, rounds: run.rounds * 2 }, served, sendCold), refused };
  } finally {
    await profile.close();
  }
}

/**
 * In a new profile, from the request for the app's page until the first request of the API that was let in has come to
 * the server: script, worker, token, all that a user waits for. By the server's clock, since a login leaves the page.
 */
export async function measureFirstLoad(run: Run): Promise<Rounds> {
  run.progress.start('From the first load to the first answer');
  return interleave(run, ALL, async (id) => {
    const { site } = run;
    site.arrivals.length = 0;
    site.appLoads.delete(id);
    const profile = await run.openProfile();
    try {
      const { settings } = contestantById(id);
      await profile.load(site.pageOf(id, { ...settings, first: '1' }));
      const letIn = await until(id, () => site.arrivalsOf(id).find(({ status }) => status === 200));
      return [letIn.arrivedAtMs - site.appLoads.get(id)!];
    } finally {
      await profile.close();
    }
  });
}

const FIRST_ANSWER_MS = 30_000;

async function until<T>(id: string, look: () => T | undefined): Promise<T> {
  const endMs = Date.now() + FIRST_ANSWER_MS;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > endMs)
      throw new Error(`${id}: no request was let in within ${FIRST_ANSWER_MS / 1000} s.`);
    await pause(5);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

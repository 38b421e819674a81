import { CONTESTANTS } from '../contestants.js';
import { inFront, interleave, openAll, type Rounds, type Run } from '../interleave.js';

const ALL = CONTESTANTS.map(({ id }) => id);

/** Few, so that the turns are short and many: what slows the machine down lasts for seconds. */
const IN_TURN = 50;
const TURNS = 4;
const PARALLEL = 100;
const BURST = 1000;

export interface RequestMeasures {
  readonly warm: Rounds;
  readonly uncovered: Rounds;
  readonly parallel: Rounds;
  readonly burst: Rounds;
  /** Milliseconds of the main thread for 1,000 requests, one after the other. */
  readonly mainThread: Rounds;
}

/** Requests with a fresh token in memory: what the injector costs where it has nothing to do but attach. */
export async function measureRequests(run: Run): Promise<RequestMeasures> {
  const { profile, tabs } = await openAll(run, ALL);
  const measure = (
    title: string,
    sample: (tab: ReturnType<typeof tabOf>) => Promise<readonly number[]>,
    rounds = run.rounds,
  ): Promise<Rounds> => {
    run.progress.start(title);
    return interleave({ ...run, rounds }, ALL, (id) => inFront(tabOf(id), () => sample(tabOf(id))));
  };
  const tabOf = (id: string) => tabs.get(id)!;
  try {
    return {
      warm: await measure(
        'Small GETs, one after the other',
        (tab) => tab.call('inTurn', '/api/small', IN_TURN),
        run.rounds * TURNS,
      ),
      uncovered: await measure(
        'Small GETs of a path that is not covered',
        (tab) => tab.call('inTurn', '/open/small', IN_TURN),
        run.rounds * TURNS,
      ),
      parallel: await measure('100 at once', async (tab) => [
        await tab.call('atOnce', '/api/small', PARALLEL),
      ]),
      burst: await measure(
        '1,000 at once',
        async (tab) => [await tab.call('atOnce', '/api/small', BURST)],
        Math.ceil(run.rounds / 6),
      ),
      mainThread: await measure(
        'The main thread, for 1,000 requests',
        async (tab) => {
          const before = await tab.busySeconds();
          await tab.call('inTurn', '/api/small', BURST);
          return [((await tab.busySeconds()) - before) * 1000];
        },
        Math.ceil(run.rounds / 6),
      ),
    };
  } finally {
    await profile.close();
  }
}

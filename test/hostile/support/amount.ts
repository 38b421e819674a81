const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const path = process.env['HOSTILE_PATH'];

/** All messages of a run; each test takes a share of them. */
const MESSAGES = Number(process.env['MESSAGES'] ?? 1_000_000);

export interface Amount {
  readonly numRuns: number;
  readonly seed: number;
  readonly path?: string;
}

/**
 * How often a property is tried, and from which seed; said on the console, so that `SEED=… HOSTILE_PATH=…` runs a
 * counterexample again.
 */
export function runs(what: string, numRuns: number): Amount {
  console.log(`${what}: ${numRuns} runs, seed ${seed}`);
  return { numRuns, seed, ...(path === undefined ? {} : { path }) };
}

/** The same for a test that takes a share of all messages, so many in each run. */
export function runsOfMessages(what: string, share: number, perRun: number): Amount {
  return runs(what, Math.ceil((MESSAGES * share) / perRun));
}

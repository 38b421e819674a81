import { expect } from 'vitest';
import { engineName } from '../support/start-engine.js';
import { LANES, test, type By, type Lane, type Matrix } from '../support/matrix-world.js';
import { differences } from './differences.js';
import { observe, siteOf, type Observation } from './observe.js';
import type { Behaviour, Transport } from './transport.js';
import { exceptionOf, nameDifferences, type Exception } from './verdicts.js';

const LANE_NAMES: Record<Lane, string> = { worker: 'worker’s lane', page: 'page’s own lane' };

/** Each transport × lane × behaviour is a test, and its title says the verdict, from which the table is written. */
export function defineCells(transports: readonly Transport[]): void {
  for (const transport of transports) {
    const { name, behaviours = ['token', 'refused', 'likeness'] } = transport;
    for (const lane of LANES) {
      for (const behaviour of behaviours) {
        const exception = exceptionOf(engineName, lane, name, behaviour);
        const verdict = exception ? `${exception.kind}: ${exception.facts.join(', ')}` : 'yes';
        test(`${name} · ${LANE_NAMES[lane]} · ${behaviour} · ${verdict}`, async ({ matrix }) => {
          await CHECKS[behaviour](matrix, lane, transport, exception);
        });
      }
    }
  }
}

/** Of each file's own app: a file after it may have a transport of the same name. */
const observed = new WeakMap<Matrix, Map<string, Promise<Observation>>>();

/** Two behaviours of one cell are read off one request. */
function observeOnce(matrix: Matrix, by: By, transport: Transport): Promise<Observation> {
  const key = `${by} ${transport.name}`;
  const ofMatrix = observed.get(matrix) ?? new Map<string, Promise<Observation>>();
  observed.set(matrix, ofMatrix);
  const found = ofMatrix.get(key) ?? observe(matrix, by, transport);
  ofMatrix.set(key, found);
  return found;
}

type Check = (
  matrix: Matrix,
  lane: Lane,
  transport: Transport,
  exception: Exception | undefined,
) => Promise<void>;

const CHECKS: Record<Behaviour, Check> = {
  async token(matrix, lane, transport, exception) {
    const { arrivals, elsewhere } = await observeOnce(matrix, lane, transport);
    if (exception?.facts.includes('no request streams')) {
      await expectNothing(matrix, lane, transport);
      return;
    }
    expect(arrivals.length).toBeGreaterThan(0);
    const carried = arrivals.map(({ authorization, verdict }) => [authorization.length, verdict]);
    expect(carried).toEqual(arrivals.map(() => (exception ? [0, 'missing'] : [1, 'good'])));
    for (const { authorization } of elsewhere) expect(authorization).toEqual([]);
  },

  async refused(matrix, lane, transport, exception) {
    if (exception?.facts.includes('no request streams')) {
      await expectNothing(matrix, lane, transport);
      return;
    }
    const from = transport.refusedFrom ?? 0;
    const { arrivals, sight } = await observe(matrix, lane, transport, { from, isSentAgain: !exception });
    const [first, second, ...more] = arrivals.slice(from);
    expect(first?.status).toBe(401);
    if (exception) {
      // The browser may ask again by itself, but nobody did for it.
      for (const { status } of [second, ...more].filter((each) => each !== undefined))
        expect(status).toBe(401);
      await (await siteOf(matrix, lane, transport)).recovers();
      return;
    }
    const facts = { authorization: [], status: 0, verdict: '' };
    expect({ ...second, ...facts }).toEqual({ ...first, ...facts });
    expect(second!.status).not.toBe(401);
    expect(second!.verdict).toBe('good');
    expect(second!.authorization).toHaveLength(1);
    expect(second!.authorization).not.toEqual(first!.authorization);
    expect(JSON.parse(sight)).toEqual(JSON.parse((await observeOnce(matrix, lane, transport)).sight));
  },

  async likeness(matrix, lane, transport, exception) {
    const bare = await observeOnce(matrix, 'bare', transport);
    const covered = await observeOnce(matrix, lane, transport);
    expect(bare.arrivals.flatMap(({ authorization }) => authorization)).toEqual([]);
    const lines = differences(bare, covered, transport.isManifold);
    expect(nameDifferences(lines), lines.join('\n')).toEqual([...(exception?.facts ?? [])].sort());
  },

  async abort(matrix, lane, transport, exception) {
    const bare = await observeOnce(matrix, 'bare', transport);
    const covered = await observeOnce(matrix, lane, transport);
    const names = [bare, covered].map(({ sight }) => {
      const { error, bodyError } = JSON.parse(sight) as Record<string, string | undefined>;
      return (error ?? bodyError)?.replace(/:.*/, '');
    });
    expect(names[1]).toBe(names[0]);
    expect(bare.isLetGo).toBe(true);
    expect(covered.isLetGo).toBe(exception === undefined);
  },
};

/** What this engine has not, it has not without us either. */
async function expectNothing(matrix: Matrix, lane: Lane, transport: Transport): Promise<void> {
  const bare = await observeOnce(matrix, 'bare', transport);
  const covered = await observeOnce(matrix, lane, transport);
  expect(covered.sight).toBe(bare.sight);
  expect(bare.arrivals).toEqual([]);
  expect(covered.arrivals).toEqual([]);
}

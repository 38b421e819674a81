import fc from 'fast-check';
import { ANSWERS, COMMANDS, NOTICES, PROTOCOL_VERSION, REPLIES } from '../../../src/core/protocol.js';
import { mutated } from './mutated.js';

const TABLES = { COMMANDS, REPLIES, NOTICES, ANSWERS };
const TYPES = Object.values(TABLES).flatMap((table) => Object.keys(table));

const GOOD: Record<string, readonly unknown[]> = {
  string: ['ann', 'bob', ''],
  number: [0, 30, 1000, 1_800_000_000],
  boolean: [true, false],
  object: [{}, { origin: 'remote' }, { expiresAt: null }],
  name: ['tokenRefreshed', 'refreshError', 'loggedOut', 'statusChange', 'toString'],
  code: ['expired-token', 'logged-out', 'no-client', 'constructor'],
  reason: ['forced', 'initial', 'because'],
  token: ['opaque-token-0123456789', 'opaque-token-9876543210='],
};

type Table = Record<string, Record<string, string>>;

/** The messages of a table, each with some of its fields. */
export function goodMessage(table: Table): fc.Arbitrary<object> {
  const samples = Object.entries(table).flatMap(([type, kinds]) =>
    Array.from({ length: 20 }, (_each, nth) => {
      const chosen = Object.entries(kinds).filter((_field, at) => nth % 5 !== at + 1);
      const fields = chosen.map(([name, kind], at) => {
        const values = GOOD[name] ?? GOOD[kind]!;
        return [name, values[(nth + at) % values.length]];
      });
      return { bearerWorker: PROTOCOL_VERSION, type, ...(Object.fromEntries(fields) as object) };
    }),
  );
  // Also under another type, of this table or of another.
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...samples) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...samples), fc.constantFrom(...TYPES, 'setToken', '__proto__', 'toString'))
        .map(([sample, type]) => ({ ...sample, type })),
    },
  );
}

/** As it arrives from a sender that has tried everything. */
export function hostileMessage(table: Table): fc.Arbitrary<unknown> {
  return mutated(goodMessage(table));
}

/** For every end at once. */
export const everyMessage = fc.oneof(...Object.values(TABLES).map((table) => hostileMessage(table as Table)));

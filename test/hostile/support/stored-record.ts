import fc from 'fast-check';
import { jwt } from '../../unit/support/jwt.js';
import { mutated } from './mutated.js';

/** The virtual world's time begins with it. */
const NOW_MS = Date.UTC(2026, 0, 15, 12);
const NOW = NOW_MS / 1000;

const IDENTITIES = ['id:ann', 'client:bob', 'client:eve', 'claims:x'];
const TOKENS = [
  jwt({ sub: 'ann', iat: NOW, exp: NOW + 900 }),
  jwt({ sub: 'bob', iat: NOW, exp: NOW + 60 }),
  'opaque',
];

const moment = fc.constantFrom(0, NOW_MS - 60_000, NOW_MS, NOW_MS + 60_000);
const time = fc.constantFrom(NOW, NOW - 60, NOW + 60, NOW + 3600, NaN);

/** What the store may hold once it is damaged: a good record of a few clients and slots, with some of it mutated. */
export function storedRecord(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const mapOf = (
    keys: readonly string[],
    entry: fc.Arbitrary<object>,
  ): fc.Arbitrary<Map<unknown, unknown>> => {
    const key = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom<unknown>(...keys) },
      { weight: 1, arbitrary: value },
    );
    const entries = fc.array(fc.tuple(key, mutated(entry, value)), { maxLength: 6 });
    return entries.map((each) => new Map(each));
  };
  const client = fc.record({
    identity: fc.constantFrom(...IDENTITIES, undefined),
    registeredAt: moment,
    changedAt: moment,
    isSilent: fc.boolean(),
  });
  const token = fc.record({
    value: fc.constantFrom(...TOKENS),
    issuedAt: time,
    expiresAt: time,
    receivedAt: time,
    order: moment,
  });
  const slot = fc.record({
    generation: moment,
    closed: fc.boolean(),
    token: fc.option(mutated(token, value), { nil: undefined }),
  });
  const record = fc.record({
    clients: mapOf(['ann', 'bob', 'eve'], client),
    slots: mapOf(IDENTITIES, slot),
    skewMs: fc.constantFrom(0, 5000, -5000),
  });
  return mutated(record, value);
}

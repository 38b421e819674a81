import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  backsOff,
  createSlot,
  lastResort,
  merge,
  standingOf,
  take,
  type Slot,
  type SlotRecord,
} from '../../../src/core/slot.js';
import type { AccessToken } from '../../../src/core/token.js';

const NOW = 1_800_000_000;

function token(value: string, more: Partial<AccessToken> = {}): AccessToken {
  return { value, issuedAt: NOW, expiresAt: NOW + 900, receivedAt: NOW, order: 1, ...more };
}

function slot(more: Partial<Slot> = {}): Slot {
  return { ...createSlot('id:ann'), token: token('a'), ...more };
}

describe('joining two records of a slot', () => {
  /*
   * Every token in this world is one object: the same value is always the same token, as it is for real. All
   * tokens of one issuer have an `iat`, or none has; the order is a core's own count, so two cores can give the same.
   */
  const records = (issuedAt: fc.Arbitrary<number>): fc.Arbitrary<SlotRecord> =>
    fc.record({
      generation: fc.nat(2),
      closed: fc.boolean(),
      token: fc.option(
        fc
          .record({ issuedAt, order: fc.nat(3), core: fc.nat(1) })
          .map(({ core, ...times }) => token(`${times.issuedAt}-${times.order}-${core}`, times)),
        { nil: undefined },
      ),
    });
  const worlds = [
    ['tokens with an iat', records(fc.nat(3).map((second) => NOW + second))],
    ['tokens without', records(fc.constant(NaN))],
    ['tokens with and without', records(fc.constantFrom(NaN, NOW, NOW + 1, NOW + 2))],
  ] as const;
  const valueOf = ({ generation, closed, token: held }: SlotRecord): unknown => [
    generation,
    closed,
    closed ? undefined : held?.value,
  ];

  describe.each(worlds)('%s', (_what, record) => {
    test('does not depend on which comes first', () => {
      fc.assert(
        fc.property(record, record, (a, b) => {
          expect(valueOf(merge(a, b))).toEqual(valueOf(merge(b, a)));
        }),
      );
    });

    test('does not depend on what was joined before', () => {
      fc.assert(
        fc.property(record, record, record, (a, b, c) => {
          expect(valueOf(merge(merge(a, b), c))).toEqual(valueOf(merge(a, merge(b, c))));
        }),
      );
    });

    test('changes nothing when it is done again', () => {
      fc.assert(
        fc.property(record, record, (a, b) => {
          expect(valueOf(merge(a, a))).toEqual(valueOf(a));
          expect(valueOf(merge(merge(a, b), b))).toEqual(valueOf(merge(a, b)));
        }),
      );
    });
  });

  const older = token('old');
  const newer = token('new', { order: 2 });

  test('the higher generation wins, whatever the other holds', () => {
    const loggedOut = { generation: 2, closed: true, token: undefined };
    expect(merge({ generation: 1, closed: false, token: newer }, loggedOut)).toBe(loggedOut);
    const again = { generation: 3, closed: false, token: undefined };
    expect(merge(again, loggedOut)).toBe(again);
  });

  test('within a generation a logout wins, then the token received last, then any token', () => {
    const open = (held?: AccessToken): SlotRecord => ({ generation: 1, closed: false, token: held });
    const closed = { generation: 1, closed: true, token: undefined };
    expect(merge(open(newer), closed)).toBe(closed);
    expect(merge(open(older), open(newer)).token).toBe(newer);
    expect(merge(open(newer), open(older)).token).toBe(newer);
    expect(merge(open(newer), open()).token).toBe(newer);
    expect(merge(open(), open(newer)).token).toBe(newer);
    const first = token('A', { order: 0 });
    expect(merge(open(first), open()).token).toBe(first);
  });
});

describe('taking a token', () => {
  const waiting = { lost: true, backoff: { untilMs: 5, failures: 3 } };

  test.each([
    ['one issued later', slot(waiting), token('b', { issuedAt: NOW + 1 })],
    ['another issued in the same second', slot(waiting), token('b')],
    ['one of unknown age', slot(waiting), token('b', { issuedAt: NaN })],
    ['any, where there is none', slot({ ...waiting, token: undefined }), token('b')],
    [
      'an older one, where the current was refused',
      slot({ ...waiting, refused: 'a' }),
      token('b', { issuedAt: NOW - 1 }),
    ],
    [
      'an older one, where the current has expired',
      slot({ ...waiting, token: token('a', { expiresAt: NOW }) }),
      token('b', { issuedAt: NOW - 1 }),
    ],
  ])('%s becomes the current one, ends a loss and a wait', (_what, target, given) => {
    expect(take(target, given, NOW)).toBe(true);
    expect(target).toMatchObject({ token: given, lost: false, backoff: { untilMs: 0 } });
  });

  test.each([
    ['the same one again', token('a', { order: 9 })],
    ['an older one', token('b', { issuedAt: NOW - 1, order: 9 })],
  ])('%s changes nothing', (_what, given) => {
    const target = slot(waiting);
    expect(take(target, given, NOW)).toBe(false);
    expect(target).toMatchObject({ token: { value: 'a' }, ...waiting });
  });

  test('a slot that was logged out takes none', () => {
    const target = slot({ closed: true, token: undefined });
    expect(take(target, token('b'), NOW)).toBe(false);
    expect(target.token).toBeUndefined();
  });
});

describe('how a slot stands', () => {
  test.each([
    ['none', slot({ token: undefined })],
    ['none', slot({ closed: true })],
    ['refused', slot({ refused: 'a' })],
    ['fresh', slot({ refused: 'another' })],
    ['fresh', slot()],
    ['expired', slot({ token: token('a', { expiresAt: NOW }) })],
  ])('%s', (expected, given) => {
    expect(standingOf(given, NOW, 30, 0.2)).toBe(expected);
  });
});

describe('whether a refresh has to wait', () => {
  const backoff = { untilMs: 1000, failures: 1 };
  test.each([
    ['after a failure', slot({ backoff, hasFailed: true }), true],
    ['after a failure, also with a refused token', slot({ backoff, hasFailed: true, refused: 'a' }), true],
    ['after a refresh that brought none better', slot({ backoff }), true],
    ['not so with a token that was refused since', slot({ backoff, refused: 'a' }), false],
    ['with no token after a failure', slot({ backoff, hasFailed: true, token: undefined }), true],
    ['not before any failure', slot(), false],
  ])('%s: %s', (_what, given, expected) => {
    expect(backsOff(given, 999)).toBe(expected);
    expect(backsOff(given, 1000)).toBe(false);
  });
});

describe('what may be sent while there is nothing better', () => {
  test.each([
    ['a valid token', slot(), 'a'],
    ['a refused one, which the path may have refused for its own reasons', slot({ refused: 'a' }), 'a'],
    ['one of a lost session that was not refused', slot({ lost: true }), 'a'],
    ['a refused one of a lost session, while it lasts', slot({ lost: true, refused: 'a' }), 'a'],
    [
      'one of unknown life of a lost session that was not refused',
      slot({ lost: true, token: token('a', { expiresAt: NaN }) }),
      'a',
    ],
    [
      'a refused one of unknown life, until the session is lost',
      slot({ refused: 'a', token: token('a', { expiresAt: NaN }) }),
      'a',
    ],
    [
      'not a refused one of a lost session that nothing else would end',
      slot({ lost: true, refused: 'a', token: token('a', { expiresAt: NaN }) }),
      undefined,
    ],
    ['not an expired one', slot({ token: token('a', { expiresAt: NOW }) }), undefined],
    ['not one of a slot that was logged out', slot({ closed: true }), undefined],
    ['nothing where there is none', slot({ token: undefined }), undefined],
  ])('%s', (_what, given, expected) => {
    expect(lastResort(given, NOW)?.value).toBe(expected);
  });
});

import { describe, expect, test } from 'vitest';
import { isClientRecord, isSlotRecord } from '../../../src/core/state.js';

const LAST_MOMENT = 8.64e15;
const token = { value: 'abc', issuedAt: NaN, expiresAt: 2, receivedAt: 1, order: 1 };
const slot = { generation: 1, closed: false, token };
const client = { identity: 'id:ann', registeredAt: 0, changedAt: 1, isSilent: false };

describe('a stored slot is read', () => {
  test.each([
    ['as it was written', slot],
    ['without a token', { ...slot, token: undefined }],
    ['of the last moment that there is', { ...slot, generation: LAST_MOMENT }],
  ])('%s', (_what, record) => {
    expect(isSlotRecord(record)).toBe(true);
  });

  test.each([
    ['that does not say whether it is closed', { generation: 1, token }],
    ['whose generation is a text', { ...slot, generation: '1' }],
    ['whose generation is beyond all moments', { ...slot, generation: LAST_MOMENT * 2 }],
    ['whose token has no end', { ...slot, token: { ...token, expiresAt: undefined } }],
    ['whose token ends at a text', { ...slot, token: { ...token, expiresAt: '2' } }],
    ['whose token has no receipt', { ...slot, token: { ...token, receivedAt: undefined } }],
    ['whose token has no times at all', { ...slot, token: { value: 'abc', order: 1 } }],
  ])('but not one %s', (_what, record) => {
    expect(isSlotRecord(record)).toBe(false);
  });
});

test.each([
  ['without an identity is read', { ...client, identity: undefined }, true],
  ['whose identity is a number is not', { ...client, identity: 5 }, false],
  ['that registered at a text is not', { ...client, registeredAt: '0' }, false],
])('a stored client %s', (_what, record, expected) => {
  expect(isClientRecord(record)).toBe(expected);
});

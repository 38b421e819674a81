import { describe, expect, test } from 'vitest';
import { Readers } from '../../../src/core/readers.js';

const A = 'id:ann';
const B = 'id:bob';

function readersOf(...owners: string[]): Readers {
  const readers = new Readers();
  for (const owner of owners) readers.own(owner);
  return readers;
}

describe('the browser’s cache may hold another’s answer', () => {
  test('never where nobody has had a token', () => {
    expect(readersOf().mayBeAnothers(A)).toBe(false);
    expect(readersOf().mayBeAnothers('')).toBe(false);
  });

  test('never for the only identity that there has been', () => {
    expect(readersOf(A, A).mayBeAnothers(A)).toBe(false);
  });

  test('for nobody after somebody: a request without a token after a logout', () => {
    expect(readersOf(A).mayBeAnothers('')).toBe(true);
  });

  test('for each of two, and for whoever had it again', () => {
    for (const readers of [readersOf(A, B), readersOf(A, B, A), readersOf(A, B, B)]) {
      expect([A, B, ''].map((identity) => readers.mayBeAnothers(identity))).toEqual([true, true, true]);
    }
  });

  test('also of an identity of which only the store knows', () => {
    const readers = readersOf(B);
    readers.absorb({ owner: A });
    expect(readers.mayBeAnothers(B)).toBe(true);
    const alone = readersOf(B);
    alone.absorb({ owner: B, isShared: true });
    expect(alone.mayBeAnothers(B)).toBe(true);
  });

  test('for all as long as the store could not be read', () => {
    const readers = readersOf(A);
    readers.isUnread = true;
    expect(readers.mayBeAnothers(A)).toBe(true);
    readers.absorb({});
    expect(readers.mayBeAnothers(A)).toBe(false);
  });

  test('what is damaged in the store says nothing', () => {
    const readers = readersOf(A);
    readers.absorb({ owner: 5, isShared: 'yes' } as never);
    readers.absorb({});
    expect(readers.mayBeAnothers(A)).toBe(false);
  });
});

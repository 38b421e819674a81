import { describe, expect, test } from 'vitest';
import { Readers } from '../../../src/core/readers.js';

const A = 'id:ann';
const B = 'id:bob';
const ME = 'GET https://app.example/api/me';

function readersOf(...owners: string[]): Readers {
  const readers = new Readers();
  for (const owner of owners) readers.own(owner);
  return readers;
}

describe('the browser’s cache may hold another’s answer', () => {
  test('never where nobody has had a token', () => {
    expect(readersOf().mayBeAnothers(A, ME)).toBe(false);
    expect(readersOf().mayBeAnothers('', ME)).toBe(false);
  });

  test('never for the only identity that there has been', () => {
    expect(readersOf(A, A).mayBeAnothers(A, ME)).toBe(false);
  });

  test('for nobody after somebody: a request without a token after a logout', () => {
    expect(readersOf(A).mayBeAnothers('', ME)).toBe(true);
  });

  test('for the second of two, until it was answered; then for the first', () => {
    const readers = readersOf(A, B);
    expect(readers.mayBeAnothers(B, ME)).toBe(true);
    // It was not answered.
    expect(readers.mayBeAnothers(B, ME)).toBe(true);
    readers.answered(B, ME);
    expect(readers.mayBeAnothers(B, ME)).toBe(false);
    expect(readers.mayBeAnothers(A, ME)).toBe(true);
    readers.answered(A, ME);
    expect(readers.mayBeAnothers(B, ME)).toBe(true);
  });

  test('for each address, and each method, by itself', () => {
    const readers = readersOf(A, B);
    readers.answered(B, ME);
    expect(readers.mayBeAnothers(B, `${ME}/more`)).toBe(true);
    expect(readers.mayBeAnothers(B, ME.replace('GET', 'HEAD'))).toBe(true);
  });

  test('also of an identity of which only the store knows', () => {
    const readers = readersOf(B);
    readers.absorb({ owner: A });
    expect(readers.mayBeAnothers(B, ME)).toBe(true);
    const alone = readersOf(B);
    alone.absorb({ owner: B, isShared: true });
    expect(alone.mayBeAnothers(B, ME)).toBe(true);
  });

  test('what is damaged in the store says nothing', () => {
    const readers = readersOf(A);
    readers.absorb({ owner: 5, isShared: 'yes' } as never);
    readers.absorb({});
    expect(readers.mayBeAnothers(A, ME)).toBe(false);
  });

  test('again for all, where more addresses were answered than are kept', () => {
    const readers = readersOf(A, B);
    for (let at = 0; at < 1000; at++) readers.answered(B, `GET ${at}`);
    expect(readers.mayBeAnothers(B, 'GET 0')).toBe(false);
    readers.answered(B, 'GET 1000');
    expect(readers.mayBeAnothers(B, 'GET 0')).toBe(true);
    expect(readers.mayBeAnothers(B, 'GET 1000')).toBe(false);
  });
});

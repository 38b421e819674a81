import { expect, test } from 'vitest';
import { Readers } from '../../../src/core/readers.js';

test('a page’s lane, whose answers the worker may not see, asks past the cache each time', () => {
  const readers = new Readers();
  readers.fillsCache = false;
  readers.own('id:ann');
  readers.own('id:bob');
  readers.answered('id:bob', 'GET /api/me');
  expect(readers.mayBeAnothers('id:bob', 'GET /api/me')).toBe(true);
});

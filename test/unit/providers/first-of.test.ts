import { expect, test } from 'vitest';
import { firstOf, type TokenProvider } from '../../../src/providers/index.js';
import { tokenRequest } from '../support/token-request.js';

const fails =
  (message: string): TokenProvider =>
  () =>
    Promise.reject(new Error(message));

test('the first that gives a token is the one, and those behind it are not asked', async () => {
  const asked: string[] = [];
  const provider = firstOf(
    () => {
      asked.push('one');
      throw new Error('no meta');
    },
    () => (asked.push('two'), { token: 'abc', expiresIn: 5 }),
    () => (asked.push('three'), 'def'),
  );
  expect(await provider(tokenRequest())).toEqual({ token: 'abc', expiresIn: 5 });
  expect(asked).toEqual(['one', 'two']);
});

test('each is told the same', async () => {
  const request = tokenRequest({ reason: 'rejected' });
  const told: unknown[] = [];
  await firstOf(
    (given) => (told.push(given), Promise.reject(new Error('no'))),
    (given) => (told.push(given), 'abc'),
  )(request);
  expect(told).toEqual([request, request]);
});

test('where none gives one, the error has the error of each', async () => {
  const error = (await Promise.resolve(firstOf(fails('one'), fails('two'))(tokenRequest())).catch(
    (reason: unknown) => reason,
  )) as AggregateError;
  expect(error).toBeInstanceOf(AggregateError);
  expect(error.errors.map(String)).toEqual(['Error: one', 'Error: two']);
  expect(error.message).toBe('None of 2 providers gave a token.');
});

test('when the time is over the next is not asked', async () => {
  const request = tokenRequest();
  let isAsked = false;
  const provider = firstOf(
    () => {
      request.abort(new Error('too late'));
      throw new Error('no');
    },
    () => ((isAsked = true), 'abc'),
  );
  await expect(provider(request)).rejects.toThrow('too late');
  expect(isAsked).toBe(false);
});

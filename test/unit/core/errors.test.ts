import { expect, test } from 'vitest';
import { isTokenInjectorError, TokenInjectorError } from '../../../src/core/errors.js';

test('an error has a code, a message and its cause', () => {
  const cause = new Error('offline');
  const error = new TokenInjectorError('provider-rejected', 'getToken failed.', { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'TokenInjectorError', code: 'provider-rejected', cause });
  expect(String(error)).toBe('TokenInjectorError: getToken failed.');
});

test('one of a second copy of the library is known for ours, anything else is not', () => {
  const foreign = Object.assign(new Error('x'), { name: 'TokenInjectorError', code: 'no-client' });
  expect(isTokenInjectorError(new TokenInjectorError('no-client', ''))).toBe(true);
  expect(isTokenInjectorError(foreign)).toBe(true);
  expect(isTokenInjectorError(new Error('x'))).toBe(false);
  expect(isTokenInjectorError({ name: 'TokenInjectorError', code: 'no-client' })).toBe(false);
  expect(isTokenInjectorError(undefined)).toBe(false);
});

import { describe, expect, test } from 'vitest';
import { isTokenInjectorError } from '../../../src/core/errors.js';
import { isExpired, lifetimeSeconds, readToken, type AccessToken } from '../../../src/core/token.js';
import { jwt } from '../support/jwt.js';

const NOW = 1_800_000_000;

function refusalOf(token: string | undefined): unknown {
  try {
    readToken({ token }, NOW, 1);
  } catch (error) {
    return isTokenInjectorError(error) ? error.code : error;
  }
  return 'taken';
}

describe('a JWT', () => {
  test('says its own times, and its claims', () => {
    const value = jwt({ sub: 'ann', iat: NOW - 10, exp: NOW + 50 });
    const [token, claims] = readToken({ token: value }, NOW, 7);
    expect(token).toEqual({ value, issuedAt: NOW - 10, expiresAt: NOW + 50, receivedAt: NOW, order: 7 });
    expect(claims).toEqual({ sub: 'ann', iat: NOW - 10, exp: NOW + 50 });
  });

  test('without iat and exp is of unknown age and life', () => {
    const [token] = readToken({ token: jwt({ sub: 'ann' }) }, NOW, 1);
    expect(token).toMatchObject({ issuedAt: NaN, expiresAt: NaN });
  });

  test('is not verified: who may forge one to us may as well forge our code', () => {
    const [, claims] = readToken({ token: jwt({ sub: 'ann' }, { alg: 'none' }) }, NOW, 1);
    expect(claims).toEqual({ sub: 'ann' });
  });

  test.each([
    ['a huge exp', { exp: 1e308 }, 1e308],
    ['a negative exp', { exp: -5 }, -5],
    ['a fraction', { exp: NOW + 0.5 }, NOW + 0.5],
  ])('with %s is read as it says', (_what, claims, expected) => {
    expect(readToken({ token: jwt(claims) }, NOW, 1)[0].expiresAt).toBe(expected);
  });

  test.each([
    ['exp as text', { exp: '1800000060' }],
    ['exp as an array', { exp: [NOW] }],
    ['exp null', { exp: null }],
    ['exp an object', { exp: {} }],
    ['exp true', { exp: true }],
    ['iat as text', { iat: 'now' }],
    ['iat as an array', { iat: [1] }],
  ])('with %s is refused', (_what, claims) => {
    expect(refusalOf(jwt(claims))).toBe('invalid-token');
  });

  test('whose exp is beyond all numbers is refused', () => {
    const payload = Buffer.from('{"exp":1e999}').toString('base64url');
    expect(refusalOf(`e30.${payload}.c2ln`)).toBe('invalid-token');
  });
});

describe('an opaque token', () => {
  test('is of unknown life where nothing is said of it', () => {
    const [token, claims] = readToken({ token: 'abc' }, NOW, 1);
    expect(token).toMatchObject({ value: 'abc', issuedAt: NaN, expiresAt: NaN, receivedAt: NOW });
    expect(claims).toBeUndefined();
  });

  test('lives as long as it is said to', () => {
    expect(readToken({ token: 'abc', expiresIn: 60 }, NOW, 1)[0].expiresAt).toBe(NOW + 60);
    expect(readToken({ token: 'abc', expiresAt: NOW + 5 }, NOW, 1)[0].expiresAt).toBe(NOW + 5);
    expect(readToken({ token: 'abc', expiresAt: NOW + 5, expiresIn: 60 }, NOW, 1)[0].expiresAt).toBe(NOW + 5);
  });

  test.each([
    ['two parts', 'abc.def'],
    ['three parts that are no JSON', 'abc.def.ghi'],
    ['five parts, as an encrypted JWT has', 'a.b.c.d.e'],
    ['a payload that is no object', `e30.${Buffer.from('[1]').toString('base64url')}.x`],
    ['all characters of RFC 6750', 'aZ09-._~+/=='],
  ])('may have %s', (_what, value) => {
    expect(readToken({ token: value }, NOW, 1)).toMatchObject([{ value, expiresAt: NaN }, undefined]);
  });

  test('may have 16383 characters, and not one more', () => {
    expect(refusalOf('a'.repeat(16_383))).toBe('taken');
    expect(refusalOf('a'.repeat(16_384))).toBe('invalid-token');
    expect(refusalOf(`${'a'.repeat(16_000)}${'='.repeat(384)}`)).toBe('invalid-token');
  });
});

test.each([
  ['nothing', undefined],
  ['an empty text', ''],
  ['only padding', '=='],
  ['a line break at the end', 'abc\n'],
  ['a header break', 'abc\r\nX-Evil: 1'],
  ['a line break in front', '\nabc'],
  ['a space', 'a b'],
  ['its scheme', 'Bearer abc'],
  ['a second credential', 'a,Basic b'],
  ['padding inside', 'a=b'],
  ['a letter beyond ASCII', 'é'],
  ['a full-width letter', 'ａ'],
  ['a NUL', 'a\0'],
  ['a tab', 'a\t'],
])('a token with %s is refused', (_what, value) => {
  expect(refusalOf(value)).toBe('invalid-token');
});

test('the error has no part of the token', () => {
  const value = `${jwt({ sub: 'ann' })} `;
  try {
    readToken({ token: value }, NOW, 1);
    expect.unreachable();
  } catch (error) {
    for (const part of value.trim().split('.')) expect(String(error)).not.toContain(part);
  }
});

test('a lifetime is exp − iat, or from receipt where there is no iat, or unknown', () => {
  const read = (claims: Record<string, unknown>): AccessToken => readToken({ token: jwt(claims) }, NOW, 1)[0];
  expect(lifetimeSeconds(read({ iat: NOW - 100, exp: NOW + 80 }))).toBe(180);
  expect(lifetimeSeconds(read({ exp: NOW + 80 }))).toBe(80);
  expect(lifetimeSeconds(read({ iat: NOW }))).toBeNaN();
});

test('a token is expired from its last second on; one of unknown life never is', () => {
  const [token] = readToken({ token: 'abc', expiresAt: NOW }, NOW, 1);
  expect(isExpired(token, NOW - 0.001)).toBe(false);
  expect(isExpired(token, NOW)).toBe(true);
  expect(isExpired(readToken({ token: 'abc' }, NOW, 1)[0], Infinity)).toBe(false);
});

import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  derivedIdentity,
  namedIdentity,
  privateIdentity,
  publicIdentity,
} from '../../../src/core/identity.js';

const derive = (claims: Record<string, unknown>): Promise<string> =>
  derivedIdentity(claims, (text) => Promise.resolve(createHash('sha256').update(text).digest('base64url')));

async function areOne(a: Record<string, unknown>, b: Record<string, unknown>): Promise<boolean> {
  return (await derive(a)) === (await derive(b));
}

const ann = { iss: 'tenant', sub: 'ann', context: { jira: { issue: 'A-1', project: 'A' } } };

describe('two tokens are of one identity', () => {
  test('whatever their iat, exp, nbf and jti', async () => {
    expect(await areOne({ ...ann, iat: 1, exp: 2, nbf: 3, jti: 'a' }, { ...ann, iat: 9, exp: 10 })).toBe(
      true,
    );
  });

  test('in whatever order their claims come, inner ones too', async () => {
    const turned = { context: { jira: { project: 'A', issue: 'A-1' } }, sub: 'ann', iss: 'tenant' };
    expect(await areOne(ann, turned)).toBe(true);
  });
});

describe('two tokens are of two identities', () => {
  test.each([
    ['another subject', { ...ann, sub: 'bob' }],
    ['another issuer', { ...ann, iss: 'other' }],
    ['another context', { ...ann, context: { jira: { issue: 'A-2', project: 'A' } } }],
    ['one claim more', { ...ann, role: 'admin' }],
    ['one claim less', { iss: 'tenant', sub: 'ann' }],
    ['a claim of another type', { ...ann, sub: ['ann'] }],
    ['an inner iat, which is no time of issue', { ...ann, context: { ...ann.context, iat: 1 } }],
  ])('with %s', async (_what, other) => {
    expect(await areOne(ann, other)).toBe(false);
  });

  test('where an array has another order, or null stands for nothing', async () => {
    expect(await areOne({ aud: ['a', 'b'] }, { aud: ['b', 'a'] })).toBe(false);
    expect(await areOne({ aud: null }, {})).toBe(false);
    expect(await areOne({ aud: ['a'] }, { aud: { 0: 'a' } })).toBe(false);
  });

  test('where a claim named __proto__ differs', async () => {
    const claims = (inner: string): Record<string, unknown> =>
      JSON.parse(`{ "sub": "ann", "__proto__": ${inner} }`) as Record<string, unknown>;
    expect(await areOne(claims('{ "a": 1 }'), claims('{ "a": 2 }'))).toBe(false);
    expect(await areOne(claims('{ "a": 1 }'), { sub: 'ann' })).toBe(false);
  });
});

test('claims with an integer that has lost digits are no identity: two users may have it', async () => {
  const claims = (id: string): Record<string, unknown> =>
    JSON.parse(`{ "sub": "ann", "context": { "userId": ${id} } }`) as Record<string, unknown>;
  await expect(derive(claims('9007199254740993'))).rejects.toThrow(RangeError);
  await expect(derive(claims('-9007199254740993'))).rejects.toThrow(RangeError);
  expect(await areOne(claims('9007199254740991'), claims('9007199254740990'))).toBe(false);
  expect(await areOne(claims('"9007199254740993"'), claims('"9007199254740992"'))).toBe(false);
});

test('any claims, turned in any way, are one identity; changed in any way, two', async () => {
  const turn = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(turn)
      : value && typeof value === 'object'
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, inner]) => [key, turn(inner)]),
          )
        : value;
  const claims = fc.dictionary(
    fc.string().filter((key) => !['iat', 'exp', 'nbf', 'jti', '__proto__'].includes(key)),
    fc.jsonValue({ maxDepth: 3 }).filter((value) => !/e\+|\d{16}/.test(JSON.stringify(value))),
  );
  await fc.assert(
    fc.asyncProperty(claims, async (given) => {
      const parsed = JSON.parse(JSON.stringify(given)) as Record<string, unknown>;
      expect(await areOne(parsed, turn(parsed) as Record<string, unknown>)).toBe(true);
      expect(await areOne(parsed, { ...parsed, 'one more': 1 })).toBe(false);
    }),
  );
});

test('no string that an app names can meet a derived or a private identity', async () => {
  const derived = await derive(ann);
  expect(derived).toMatch(/^claims:/);
  expect(namedIdentity(derived)).not.toBe(derived);
  expect(namedIdentity(privateIdentity('1'))).not.toBe(privateIdentity('1'));
  expect(namedIdentity('')).not.toBe(privateIdentity(''));
});

test('an identity has no text of a claim in it', async () => {
  expect(await derive(ann)).toMatch(/^claims:[\w-]{43}$/);
});

test('an app sees the string that it gave', () => {
  expect(publicIdentity(namedIdentity('tenant-1'))).toBe('tenant-1');
  expect(publicIdentity(namedIdentity('id:x'))).toBe('id:x');
  expect(publicIdentity('claims:abc')).toBe('claims:abc');
  expect(publicIdentity('client:id:1')).toBe('client:id:1');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTokenInjectorError } from '../../src/core/errors.js';
import { readToken } from '../../src/core/token.js';
import { World } from '../unit/support/world.js';
import { runs } from './support/amount.js';
import { isBearerToken } from './support/bearer-token.js';
import { cpuTimer } from './support/cpu-time.js';
import { tokenResult } from './support/token-text.js';

/** A catastrophic expression takes minutes for a megabyte. */
const LONGEST_MS = 2000;

function within<T>(run: () => T): T {
  const elapsedMs = cpuTimer();
  const outcome = run();
  expect(elapsedMs()).toBeLessThan(LONGEST_MS);
  return outcome;
}

function readOrError(result: object): ReturnType<typeof readToken> | Error {
  try {
    return readToken(result, 1_768_478_400, 1);
  } catch (error) {
    return error as Error;
  }
}

test('what a provider gives is read as a token that any header takes, or refused with a typed error, in bounded time', () => {
  const counts = { all: 0, tokens: 0, claims: 0 };
  const check = (result: { token: string }): void => {
    counts.all++;
    const outcome = within(() => readOrError(result));
    if (outcome instanceof Error) {
      expect(outcome).toMatchObject({ name: 'TokenInjectorError', code: 'invalid-token' });
      const parts = Array.from({ length: 40 }, (_each, at) => result.token.slice(at, at + 12));
      expect(parts.filter((part) => part.length === 12 && outcome.message.includes(part))).toEqual([]);
      return;
    }
    const [token, claims] = outcome;
    counts.tokens++;
    counts.claims += Number(claims !== undefined);
    expect(token.value).toBe(result.token);
    expect(isBearerToken(token.value)).toBe(true);
    for (const scheme of ['Bearer', 'JWT', '']) {
      const value = `${scheme} ${token.value}`.trim();
      expect(new Headers({ Authorization: value }).get('Authorization')).toBe(value);
    }
    for (const time of [token.issuedAt, token.expiresAt, token.receivedAt])
      expect(typeof time).toBe('number');
    expect(Math.abs(token.issuedAt)).not.toBe(Infinity);
  };
  fc.assert(fc.property(tokenResult, check), runs('tokens read', 10_000));
  console.log(
    `tokens read: ${counts.all}, of which ${counts.tokens} are tokens, ${counts.claims} with claims`,
  );
  expect(counts.tokens / counts.all).toBeGreaterThan(0.25);
  expect(counts.claims / counts.all).toBeGreaterThan(0.1);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test('a provider that gives hostile tokens: requests go with a bearer token or none, commands fail typed, and it can recover', async () => {
  const counts = { all: 0, sent: 0, refused: 0 };
  const check = async (result: object): Promise<void> => {
    const elapsedMs = cpuTimer();
    const world = new World();
    // As in life: where the server says what the time is, no token's iat is believed against it.
    world.server.tellsTime = true;
    const page = await world.registeredPage('ann', () => result);
    const { token } = await world.clock.until(page.fetch(), 120_000);
    const outcome = await world.clock
      .until(page.say({ type: 'getToken', forceRefresh: true }), 120_000)
      .catch((error: unknown) => error);
    counts.all++;
    if (token !== undefined) counts.sent++;
    expect(token === undefined || isBearerToken(token)).toBe(true);
    if (isTokenInjectorError(outcome)) {
      counts.refused++;
      expect(['invalid-token', 'expired-token', 'provider-rejected']).toContain(outcome.code);
    } else {
      expect(isBearerToken(Reflect.get(outcome as object, 'token'))).toBe(true);
    }
    expect(await page.status()).toMatchObject({ state: expect.stringMatching(/^[a-z-]+$/) as string });

    page.provider = world.gives('ann');
    await world.clock.until(page.register());
    await world.clock.advance(61_000);
    await world.clock.until(page.say({ type: 'getToken', forceRefresh: true }));
    expect(elapsedMs()).toBeLessThan(LONGEST_MS);
  };
  await fc.assert(fc.asyncProperty(tokenResult, check), runs('tokens refreshed', 800));
  console.log(
    `tokens refreshed: ${counts.all}, of which ${counts.sent} were sent and ${counts.refused} refused`,
  );
  expect(counts.sent / counts.all).toBeGreaterThan(0.1);
  expect(counts.refused / counts.all).toBeGreaterThan(0.2);
});

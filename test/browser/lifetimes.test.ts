import { expect } from 'vitest';
import { test } from './support/world.js';

const LIFE_SECONDS = 10;
const LIFETIMES = 10;
const PROVIDER_MS = 4_000;
/** Replaced with 6 s left, so that a provider of 4 s has done its work while the token is still good. */
const OPTIONS = { refreshWindow: 0.6, minValiditySeconds: 1 };

test(`a page open through ${LIFETIMES} token lifetimes, a request every 100 ms: no 401, no wait for a slow provider, one refresh a lifetime`, async ({
  world,
}) => {
  const tab = await world.openTab('a', { lifeSeconds: LIFE_SECONDS });
  await tab.register(OPTIONS);
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  tab.behave({ kind: 'token', delayMs: PROVIDER_MS });
  world.app.seen.clear();

  await tab.evaluate(() => harness.traffic.start('/api/echo', 100));
  await new Promise((resolve) => setTimeout(resolve, LIFETIMES * LIFE_SECONDS * 1000));
  const samples = await tab.evaluate(() => harness.traffic.stop());

  // Background timers are throttled to one a second: this page was in front, and really sent that often.
  expect(samples.length).toBeGreaterThan((LIFETIMES * LIFE_SECONDS * 1000) / 100 - 50);
  expect(samples.filter(({ status }) => status !== 200)).toEqual([]);
  expect(world.app.seen.all.filter(({ status }) => status === 401)).toEqual([]);
  expect(world.app.seen.at('/api/echo')).toHaveLength(samples.length);
  // Far below what the provider takes, far above what a busy machine adds to a request.
  expect(Math.max(...samples.map(({ elapsedMs }) => elapsedMs))).toBeLessThan(PROVIDER_MS - 500);

  const calls = tab.providerCalls;
  for (const [at, call] of calls.entries()) {
    const replaced = calls[at - 1]?.issued;
    if (replaced === undefined) continue;
    const leftSeconds = replaced.expiresAtSeconds - call.startedAtMs / 1000;
    // Not before its window, and not after it was of no more use: one call for each token.
    expect(leftSeconds).toBeLessThanOrEqual(LIFE_SECONDS * OPTIONS.refreshWindow + 0.1);
    expect(leftSeconds).toBeGreaterThan(OPTIONS.minValiditySeconds);
    expect(call.startedAtMs).toBeGreaterThan(replaced.handedOutAtMs);
  }
  expect(calls.length).toBeGreaterThanOrEqual(LIFETIMES);
});

test('14 · tokens that live shorter than the least validity are used, not replaced for each request', async ({
  world,
}) => {
  const tab = await world.openTab('a', { lifeSeconds: 20 });
  await tab.register({ minValiditySeconds: 30 });
  for (let count = 0; count < 20; count += 1) {
    expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  }
  expect(tab.providerCalls).toHaveLength(1);
});

test('15 · an opaque token without an expiry is used until it is refused', async ({ world }) => {
  const tab = await world.openTab('a');
  tab.behave({ kind: 'opaque' });
  await tab.register({ identity: 'alice' });
  for (let count = 0; count < 5; count += 1) await tab.fetch('/api/echo');
  expect(tab.providerCalls).toHaveLength(1);
  world.app.issuer.revokeAll();

  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(tab.providerCalls).toHaveLength(2);
});

test('52 · idle tabs ask for nothing: no refresh without a request', async ({ world }) => {
  const tab = await world.openTab('a', { lifeSeconds: 2 });
  await tab.register();
  await tab.fetch('/api/echo');
  // `iat` has whole seconds, so the token may be near its end at once, and replaced in the background of this request.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const calls = tab.providerCalls.length;
  await new Promise((resolve) => setTimeout(resolve, 4000));

  expect(tab.providerCalls).toHaveLength(calls);
});

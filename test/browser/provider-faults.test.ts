import { expect } from 'vitest';
import type { Behaviour } from './support/token-host.js';
import { test } from './support/world.js';

const FAULTS: readonly {
  row?: string;
  what: string;
  fault: Behaviour;
  code: string;
  callsPerRefresh: number;
}[] = [
  { what: 'hangs', fault: { kind: 'hang' }, code: 'provider-timeout', callsPerRefresh: 1 },
  {
    what: 'rejects',
    fault: { kind: 'reject', message: 'the host is away' },
    code: 'provider-rejected',
    callsPerRefresh: 1,
  },
  { what: 'gives undefined', fault: { kind: 'undefined' }, code: 'invalid-token', callsPerRefresh: 1 },
  {
    what: 'gives what no header may carry',
    fault: { kind: 'garbled' },
    code: 'invalid-token',
    callsPerRefresh: 1,
  },
  // Hosts hand out what they have cached: it is asked once more.
  {
    row: '13 · ',
    what: 'gives expired tokens',
    fault: { kind: 'expired' },
    code: 'expired-token',
    callsPerRefresh: 2,
  },
];

for (const { row = '', what, fault, code, callsPerRefresh } of FAULTS) {
  test(`${row}a provider that ${what}: requests end in time, the error is typed, its calls are few, and it recovers`, async ({
    world,
  }) => {
    const tab = await world.openTab('a');
    await tab.register({ getTokenTimeoutSeconds: 1 });
    tab.behave(fault);
    const asked = await tab.getAccessToken();
    expect(asked).toMatchObject({ ok: false, error: { typed: true, code } });
    expect(tab.providerCalls).toHaveLength(callsPerRefresh);

    await tab.evaluate(() => harness.traffic.start('/api/echo', 100));
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const samples = await tab.evaluate(() => harness.traffic.stop());
    expect(samples.filter(({ status }) => status !== 401)).toEqual([]);
    expect(Math.max(...samples.map(({ elapsedMs }) => elapsedMs))).toBeLessThan(3_000);
    // From 1 s, doubled and jittered: at 0, about 1, 3 and 7 s.
    expect(tab.providerCalls.length).toBeLessThanOrEqual(4 * callsPerRefresh);
    await expect.poll(async () => (await tab.events('refreshError'))[0]?.detail).toMatchObject({ code });
    await expect.poll(async () => (await tab.events('reauthRequired')).length).toBe(1);

    tab.behave({ kind: 'token' });
    await expect
      .poll(async () => (await tab.fetch('/api/report')).status, { timeout: 15_000, interval: 250 })
      .toBe(200);
    const status = await tab.evaluate(() => harness.registrations.at().getStatus());
    expect(status).toMatchObject({ state: 'fresh', mode: 'service-worker' });
  });
}

test('10 · a refresh in the background fails: the token that is still valid serves every request, the session is kept', async ({
  world,
}) => {
  const tab = await world.openTab('a', { lifeSeconds: 20 });
  await tab.register({ minValiditySeconds: 1, refreshWindow: 0.9 });
  await tab.fetch('/api/echo');
  await new Promise((resolve) => setTimeout(resolve, 3_100));
  tab.behave({ kind: 'reject', message: 'the host is away' });
  await tab.evaluate(() => harness.traffic.start('/api/echo', 50));
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const samples = await tab.evaluate(() => harness.traffic.stop());

  expect(samples.filter(({ status }) => status !== 200)).toEqual([]);
  expect(tab.providerCalls.length).toBeGreaterThan(1);
  expect(tab.providerCalls.length).toBeLessThanOrEqual(1 + 3);
  expect((await tab.events('refreshError')).length).toBeGreaterThan(0);
  expect(await tab.events('reauthRequired')).toEqual([]);
});

test('the provider gives the refused token again: the 401 goes to the page, and the provider is not stormed', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.fetch('/api/echo');
  world.app.issuer.revokeAll();
  tab.behave({ kind: 'same' });
  world.app.tokenHost.calls.length = 0;
  await tab.evaluate(() => harness.traffic.start('/api/echo', 100));
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const samples = await tab.evaluate(() => harness.traffic.stop());

  expect(samples.filter(({ status }) => status !== 401)).toEqual([]);
  expect(tab.providerCalls.length).toBeLessThanOrEqual(6);
});

test('the provider of one tab never settles: the other tab of the identity is asked', async ({ world }) => {
  const [first, second] = [await world.openTab('a'), await world.openTab('b')];
  for (const tab of [first, second]) {
    await tab.register({ getTokenTimeoutSeconds: 1 });
    await tab.fetch('/api/echo');
  }
  world.app.issuer.revokeAll();
  first.behave({ kind: 'hang' });
  const answer = await first.fetch('/api/report');

  expect(answer).toMatchObject({ status: 200 });
  expect(answer.elapsedMs).toBeLessThan(4_000);
});

test('no token to be had, onUnavailable: fail. The page gets a 401 of ours, the server gets nothing', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register({ onUnavailable: 'fail', getTokenTimeoutSeconds: 1 });
  tab.behave({ kind: 'reject', message: 'the host is away' });
  const answer = await tab.fetch('/api/echo');

  expect(answer.status).toBe(401);
  const headers = Object.fromEntries(answer.headers);
  expect(headers['content-type']).toBe('application/problem+json');
  expect(headers['www-authenticate']).toContain('Bearer');
  expect(JSON.parse(answer.body)).toMatchObject({ status: 401 });
  expect(world.app.seen.at('/api/echo')).toEqual([]);
});

test('9 · a provider that itself calls a covered path is not made to wait for itself', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register({ provider: 'covered' });

  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(world.app.seen.only('/api/open/mint').authorization).toEqual([]);
});

test('8 · a listener that asks for the token while it is told of it gets it', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register();
  const token = await tab.evaluate(async () => {
    const injector = harness.registrations.at();
    const told = new Promise<string>((resolve) => {
      injector.addEventListener('tokenRefreshed', () => void injector.getAccessToken().then(resolve));
    });
    await harness.answer('/api/echo');
    return told;
  });
  expect(token).toBe(world.app.issuer.issued.at(-1)?.token);
});

import { expect } from 'vitest';
import type { Tab } from './support/tab.js';
import { test } from './support/world.js';
import type { World } from './support/world.js';

async function readyTab(world: World): Promise<Tab> {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.fetch('/api/echo');
  world.app.seen.clear();
  world.app.tokenHost.calls.length = 0;
  return tab;
}

const BLOB_BYTES = 50 * 1024 * 1024;

for (const { kind, what, bytes } of [
  { kind: 'json', what: 'a POST of JSON', bytes: 0 },
  { kind: 'form', what: 'a FormData with a file', bytes: 0 },
  { kind: 'blob', what: 'a 50 MB Blob', bytes: BLOB_BYTES },
] as const) {
  test(`33 · ${what} that is refused goes again, byte for byte`, async ({ world }) => {
    const tab = await readyTab(world);
    world.app.issuer.revokeAll();
    const sent = await tab.evaluate((kind, bytes) => harness.upload('/api/upload', kind, bytes), kind, bytes);

    expect(sent.status).toBe(200);
    const [refused, taken, ...more] = world.app.seen.at('/api/upload');
    expect(more).toEqual([]);
    expect([refused?.status, taken?.status]).toEqual([401, 200]);
    expect(taken?.body).toEqual(refused?.body);
    expect(taken?.body.bytes).toBeGreaterThan(bytes === 0 ? 10 : bytes - 1);
    if (sent.sha256 !== undefined) expect(taken?.body.sha256).toBe(sent.sha256);
    const type = (seen: typeof taken) =>
      seen?.headers.filter(([name]) => /^content-(type|length)$/.test(name));
    expect(type(taken)).toEqual(type(refused));
    expect(tab.providerCalls.map(({ reason }) => reason)).toEqual(['rejected']);
  });
}

test('29 · a second 401 goes to the page: two sends, one provider call, no third', async ({ world }) => {
  const tab = await readyTab(world);
  const answer = await tab.fetch('/api/refuse-always', { method: 'POST', body: 'x' });

  expect(answer).toMatchObject({ status: 401, body: '{"refused":"good"}' });
  expect(world.app.seen.at('/api/refuse-always')).toHaveLength(2);
  expect(tab.providerCalls).toHaveLength(1);
});

test('a 401 of the one request alone is sent again once with the new token', async ({ world }) => {
  const tab = await readyTab(world);
  expect(await tab.fetch('/api/refuse-once', { method: 'POST', body: 'x' })).toMatchObject({ status: 200 });
  const [first, second] = world.app.seen.at('/api/refuse-once');
  expect(second?.body).toEqual(first?.body);
  expect(second?.judgement.claims?.jti).not.toBe(first?.judgement.claims?.jti);
});

test('32 · a 403 goes to the page and refreshes nothing', async ({ world }) => {
  const tab = await readyTab(world);
  expect(await tab.fetch('/api/forbidden')).toMatchObject({ status: 403, body: '{"error":"forbidden"}' });
  expect(world.app.seen.at('/api/forbidden')).toHaveLength(1);
  expect(tab.providerCalls).toEqual([]);
});

test('a 401 that means too little scope goes to the page and refreshes nothing', async ({ world }) => {
  const tab = await readyTab(world);
  expect(await tab.fetch('/api/insufficient-scope')).toMatchObject({ status: 401 });
  expect(world.app.seen.at('/api/insufficient-scope')).toHaveLength(1);
  expect(tab.providerCalls).toEqual([]);
});

test('30 · a late 401 for an old token is sent again with the current one, and refreshes nothing', async ({
  world,
}) => {
  const tab = await readyTab(world);
  world.app.issuer.revokeAll();
  const late = tab.fetch('/api/verdict-later?ms=1000');
  await expect.poll(() => world.app.seen.at('/api/verdict-later').length).toBe(1);
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(tab.providerCalls).toHaveLength(1);

  expect(await late).toMatchObject({ status: 200 });
  expect(world.app.seen.at('/api/verdict-later').map(({ status }) => status)).toEqual([401, 200]);
  expect(tab.providerCalls).toHaveLength(1);
});

test('where the rule says so, a refused request is not sent again; the token is replaced for the next', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register({ include: [{ path: '/api/upload', retry: false }, '/api/'] });
  await tab.fetch('/api/echo');
  world.app.issuer.revokeAll();

  expect(await tab.fetch('/api/upload', { method: 'POST', body: 'x' })).toMatchObject({ status: 401 });
  expect(world.app.seen.at('/api/upload')).toHaveLength(1);
  expect(await tab.fetch('/api/report')).toMatchObject({ status: 200 });
  expect(world.app.seen.at('/api/report')).toHaveLength(1);
});

test('a 401 of a request that could not wait for a token is not the worker’s to mend', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register();
  const answer = await tab.fetch('/api/echo', { keepalive: true });

  expect(answer.status).toBe(401);
  expect(world.app.seen.only('/api/echo').judgement.verdict).toBe('missing');
});

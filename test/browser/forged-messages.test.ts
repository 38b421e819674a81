import { expect } from 'vitest';
import { findParts } from './support/token-parts.js';
import { BOB, test } from './support/world.js';

test('51 · messages forged by a page that never registered plant no token and read none out', async ({
  world,
}) => {
  const { app } = world;
  const victim = await world.openTab('a');
  await victim.register();
  await victim.fetch('/api/echo');
  const forger = await world.openTab('b', { holder: BOB });
  const planted = (await app.issuer.issue(BOB, 300)).token;

  const heard = await forger.evaluate(async (token) => {
    const heard: string[] = [];
    const { serviceWorker } = navigator;
    serviceWorker.addEventListener('message', ({ data }) => heard.push(JSON.stringify(data)));
    serviceWorker.startMessages();
    const worker = (await serviceWorker.ready).active!;
    const types = [
      'ack',
      'answer',
      'done',
      'failed',
      'ask',
      'event',
      'hello',
      'getToken',
      'getStatus',
      'token',
      'setToken',
    ];
    for (const bearerWorker of [1, 0, 2, '1', null, undefined]) {
      for (const type of types) {
        for (const extra of [
          {},
          { name: 'tokenRefreshed', detail: { token } },
          { __proto__: null, clientId: 'x', id: 1 },
        ]) {
          // A hello without a provider behind it makes the forger a client that cannot answer, no more.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }) => heard.push(JSON.stringify(data));
          worker.postMessage({ bearerWorker, type, token, register: false, ...extra }, [port2]);
          port1.postMessage({ bearerWorker, type: 'answer', token });
        }
      }
    }
    for (const data of [
      null,
      7,
      'claim',
      [],
      { bearerWorker: 1 },
      JSON.parse('{"bearerWorker":1,"type":"__proto__"}'),
    ]) {
      worker.postMessage(data);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return heard;
  }, planted);
  app.seen.clear();

  expect(await victim.fetch('/api/echo')).toMatchObject({ status: 200 });
  app.issuer.revokeAll();
  expect(await victim.fetch('/api/echo')).toMatchObject({ status: 200 });
  for (const { authorization } of app.seen.all) expect(authorization).not.toContain(`Bearer ${planted}`);
  const secrets = app.issuer.issued
    .filter(({ token }) => token !== planted)
    .map(({ token }) => token.split('.')[2]!);
  expect(findParts(secrets, heard.join('\n'))).toEqual([]);
});

test('51 · an answer that comes a second time, over the port of an ask that is settled, plants nothing', async ({
  world,
}) => {
  const { app } = world;
  const tab = await world.openTab('a');
  const planted = (await app.issuer.issue(BOB, 300)).token;
  await tab.evaluate(() => {
    const ports: MessagePort[] = [];
    Object.assign(globalThis, { ports });
    navigator.serviceWorker.addEventListener('message', (event) => ports.push(...event.ports));
  });
  await tab.register();
  await tab.fetch('/api/echo');
  const count = await tab.evaluate(async (token) => {
    const { ports } = globalThis as unknown as { ports: MessagePort[] };
    for (const port of ports) {
      for (const type of ['answer', 'ack', 'answer']) port.postMessage({ bearerWorker: 1, type, token });
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    return ports.length;
  }, planted);
  expect(count).toBe(1);
  app.seen.clear();
  await tab.fetch('/api/echo');
  await tab.fetch('/api/report');

  expect(app.seen.all.map(({ authorization }) => authorization)).not.toContainEqual([`Bearer ${planted}`]);
  expect(app.seen.only('/api/echo').judgement.claims?.sub).toBe('alice');
});

test('51 · a page is told of no refresh by messages that did not come from its worker', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.fetch('/api/echo');
  await tab.forgetEvents();
  const calls = tab.providerCalls.length;
  await tab.evaluate(async () => {
    const forged = [
      { bearerWorker: 1, type: 'event', name: 'loggedOut', detail: { origin: 'remote' } },
      { bearerWorker: 1, type: 'ask', reason: 'forced', minValiditySeconds: 0, timeoutMs: 1_000 },
    ];
    for (const data of forged) {
      const { port2 } = new MessageChannel();
      window.postMessage(data, location.origin, [port2]);
      navigator.serviceWorker.dispatchEvent(
        new MessageEvent('message', { data, source: window, ports: [port2] }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  });

  expect(await tab.events()).toEqual([]);
  expect(tab.providerCalls).toHaveLength(calls);
});

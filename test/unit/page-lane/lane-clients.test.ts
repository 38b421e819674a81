import { expect, test } from 'vitest';
import type { Answer, Ask } from '../../../src/core/protocol.js';
import { laneClients } from '../../../src/page-lane/lane-clients.js';

const question: Ask = { type: 'ask', reason: 'initial' };

async function answersTo(given: unknown, closeAtOnce = false): Promise<Answer[]> {
  const heard: Answer[] = [];
  const clients = laneClients(
    'me',
    () => Promise.resolve(given as Answer),
    () => undefined,
  );
  const close = clients.ask('me', question, (answer) => heard.push(answer));
  if (closeAtOnce) close();
  await new Promise((resolve) => setTimeout(resolve, 1));
  return heard;
}

test('a page sees itself, and nobody else', async () => {
  const clients = laneClients(
    'me',
    () => new Promise(() => undefined),
    () => undefined,
  );
  expect(clients.seesAll).toBe(false);
  expect(await clients.get('me')).toEqual({ id: 'me', type: 'window' });
  expect(await clients.get('you')).toBeUndefined();
  expect(await clients.list()).toEqual([{ id: 'me', type: 'window' }]);
});

test('it acknowledges at once, and gives what its provider gave', async () => {
  expect(await answersTo({ type: 'answer', token: 'abc', identity: '' })).toEqual([
    { type: 'ack' },
    { type: 'answer', token: 'abc', identity: '' },
  ]);
});

test('what a provider adds, or gives with another type, is left out as it is on a port', async () => {
  expect(
    await answersTo({ type: 'answer', token: 'abc', expiresAt: 'soon', expiresIn: NaN, more: 1 }),
  ).toEqual([{ type: 'ack' }, { type: 'answer', token: 'abc' }]);
});

test('nobody hears what comes after the question was closed', async () => {
  expect(await answersTo({ type: 'answer', token: 'abc' }, true)).toEqual([{ type: 'ack' }]);
});

test('events of others are not its own', () => {
  const told: string[] = [];
  const clients = laneClients(
    'me',
    () => new Promise(() => undefined),
    (name) => told.push(name),
  );
  clients.notify('you', 'loggedOut', {});
  clients.notify('me', 'tokenRefreshed', {});
  expect(told).toEqual(['tokenRefreshed']);
});

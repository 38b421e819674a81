import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PING, PROTOCOL_VERSION, seal } from '../../../src/core/protocol.js';
import { onMessage, type Abilities } from '../../../sw/on-message.js';
import type { VirtualPage } from '../support/virtual-page.js';
import { World } from '../support/world.js';

class FakeClient {
  constructor(
    readonly id: string,
    readonly url = 'https://app.example/',
  ) {}
}

let world: World;
let page: VirtualPage;
let claims: number;
let claim: () => Promise<void>;
let channel: MessageChannel;
let replies: unknown[];

beforeEach(async () => {
  world = new World();
  page = await world.registeredPage('p1', world.gives('ann'), 'ann');
  await world.clock.until(page.fetch());
  claims = 0;
  claim = () => (claims++, Promise.resolve());
  replies = [];
  channel = new MessageChannel();
  channel.port2.onmessage = ({ data }: MessageEvent<unknown>) => replies.push(data);
  vi.stubGlobal('Client', FakeClient);
  vi.stubGlobal('self', {
    registration: { scope: 'https://app.example/' },
    clients: { claim: () => claim() },
  });
});

afterEach(() => {
  channel.port1.close();
  vi.unstubAllGlobals();
});

/** Posts it to the worker, and waits until it has done with it. */
async function post(
  data: unknown,
  source: unknown = new FakeClient('p1'),
  ports = [channel.port1],
  abilities?: Abilities,
): Promise<void> {
  const waited: Promise<unknown>[] = [];
  const event = { data, source, ports, waitUntil: (promise: Promise<unknown>) => waited.push(promise) };
  onMessage(event, world.worker.core, abilities);
  await world.clock.until(Promise.all(waited));
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a command of a page', () => {
  test('is acknowledged, carried out and answered by its port', async () => {
    await post(seal({ type: 'getToken' }));
    expect(replies).toEqual([seal({ type: 'ack' }), seal({ type: 'done', token: world.token(0) })]);
    expect(claims).toBe(0);
  });

  test('fails with a code', async () => {
    await post(seal({ type: 'getStatus' }), new FakeClient('unknown'));
    expect(replies).toMatchObject([{ type: 'ack' }, { type: 'failed', code: 'no-client' }]);
  });

  test('that says hello is answered once the page is claimed', async () => {
    await post(seal({ type: 'hello', register: true, identity: 'ann' }));
    expect(claims).toBe(1);
    expect(replies).toMatchObject([{ type: 'ack' }, { type: 'done' }]);
  });

  test('is told whether the worker has routes past it, and answers a probe', async () => {
    const abilities = { isRouted: true, answersProbe: true };
    await post(
      seal({ type: 'hello', register: true, identity: 'ann' }),
      new FakeClient('p1'),
      undefined,
      abilities,
    );
    expect(replies).toEqual([seal({ type: 'ack' }), seal({ type: 'done', ...abilities })]);
  });

  test('that says hello to a worker that was just replaced, and may not claim, is answered all the same', async () => {
    claim = () => Promise.reject(new DOMException('Not active', 'InvalidStateError'));
    await post(seal({ type: 'hello', register: true, identity: 'ann' }));
    expect(replies).toMatchObject([{ type: 'ack' }, { type: 'done' }]);
  });

  test('of another version is told so, and not carried out', async () => {
    await post({ type: 'logout', bearerWorker: PROTOCOL_VERSION + 1 });
    expect(replies).toMatchObject([{ type: 'failed', code: 'protocol-mismatch' }]);
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
  });
});

test.each([
  ['as a page posts it', () => []],
  ['with a port', () => [channel.port1]],
])('a message that only keeps the worker awake, %s, is not answered', async (_how, ports) => {
  await post(seal(PING), new FakeClient('p1'), ports());
  expect(replies).toEqual([]);
});

describe('what is forged is dropped: nothing planted, nothing read out, no answer', () => {
  const getToken = seal({ type: 'getToken' });
  test.each([
    ['a message without a port', getToken, () => new FakeClient('p1'), []],
    [
      'one of a client outside the scope',
      getToken,
      () => new FakeClient('p1', 'https://evil.example/'),
      undefined,
    ],
    ['one of no client', getToken, () => null, undefined],
    ['one of another worker', getToken, () => ({ id: 'p1', url: 'https://app.example/' }), undefined],
    ["an app's own message", { type: 'getToken' }, () => new FakeClient('p1'), undefined],
    [
      'one that would set a token',
      seal({ type: 'setToken', token: 'planted' }),
      () => new FakeClient('p1'),
      undefined,
    ],
    [
      'an answer that nobody asked for',
      seal({ type: 'answer', token: 'planted' }),
      () => new FakeClient('p1'),
      undefined,
    ],
    ['nothing', null, () => new FakeClient('p1'), undefined],
  ])('%s', async (_what, data, source, ports) => {
    await post(data, source(), ports);
    expect(replies).toEqual([]);
    expect(world.store.text()).not.toContain('planted');
    expect((await world.clock.until(page.fetch())).token).toBe(world.token(0));
  });
});

test('one page cannot read the token of another by asking for it', async () => {
  await world.registeredPage('p2', world.gives('bob'), 'bob');
  await post(seal({ type: 'getToken', identity: 'ann' } as { type: 'getToken' }), new FakeClient('p2'));
  expect(replies).toMatchObject([{ type: 'ack' }, { type: 'done', token: world.token(1) }]);
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PROTOCOL_VERSION, seal, type Answer } from '../../../src/core/protocol.js';
import { isInScope, workerClients } from '../../../sw/worker-clients.js';

interface Posted {
  readonly message: unknown;
  readonly ports: MessagePort[];
}

class FakeClient {
  readonly posted: Posted[] = [];
  type = 'window';
  visibilityState = 'visible';

  constructor(
    readonly id: string,
    readonly url = `https://app.example/app/${id}`,
  ) {}

  postMessage(message: unknown, ports: MessagePort[] = []): void {
    this.posted.push({ message: structuredClone(message), ports });
  }
}

let clients: FakeClient[];
let asked: unknown;
const opened: MessagePort[] = [];

beforeEach(() => {
  clients = [];
  vi.stubGlobal('self', {
    registration: { scope: 'https://app.example/app/' },
    clients: {
      get: (id: string) => Promise.resolve(clients.find((client) => client.id === id)),
      matchAll: (options: unknown) => ((asked = options), Promise.resolve(clients)),
    },
  });
});

afterEach(() => {
  for (const port of opened.splice(0)) port.close();
  vi.unstubAllGlobals();
});

const heard = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Asks `p1`; its end of the port, and what the worker has heard on its own. */
async function ask(): Promise<{ port: MessagePort; answers: Answer[]; close: () => void }> {
  const answers: Answer[] = [];
  const page = new FakeClient('p1');
  clients.push(page);
  const close = workerClients.ask('p1', { type: 'ask', reason: 'initial', timeoutMs: 5 }, (answer) =>
    answers.push(answer),
  );
  await heard();
  const [port] = page.posted[0]!.ports;
  opened.push(port!);
  return { port: port!, answers, close };
}

test('the pages of the scope are listed, controlled or not, visible ones first', async () => {
  const hidden = Object.assign(new FakeClient('hidden'), { visibilityState: 'hidden' });
  const outside = new FakeClient('outside', 'https://app.example/other/');
  clients.push(hidden, outside, new FakeClient('a'), new FakeClient('b'));
  expect((await workerClients.list()).map(({ id }) => id)).toEqual(['a', 'b', 'hidden']);
  expect(asked).toEqual({ includeUncontrolled: true, type: 'window' });
});

test.each([
  ['https://app.example/app/', true],
  ['https://app.example/app/x?y#z', true],
  ['https://app.example/appx', false],
  ['https://app.example/', false],
  ['https://evil.example/https://app.example/app/', false],
])('%s is in the scope: %s', (url, expected) => {
  expect(isInScope({ url } as Parameters<typeof isInScope>[0])).toBe(expected);
});

describe('a question', () => {
  test('comes with a port of its own, and its answer by that port', async () => {
    const { port, answers } = await ask();
    expect(clients[0]!.posted[0]!.message).toEqual({
      type: 'ask',
      reason: 'initial',
      timeoutMs: 5,
      bearerWorker: PROTOCOL_VERSION,
    });
    port.postMessage(seal({ type: 'ack' }));
    port.postMessage(seal({ type: 'answer', token: 'abc' }));
    await heard();
    expect(answers).toEqual([{ type: 'ack' }, { type: 'answer', token: 'abc' }]);
  });

  test.each([
    ['nothing', null],
    ["an app's own message", { type: 'answer', token: 'planted' }],
    ['a message of another version', { type: 'answer', token: 'planted', bearerWorker: 99 }],
    ['a command', { type: 'logout', bearerWorker: PROTOCOL_VERSION }],
  ])('is not answered by %s', async (_what, message) => {
    const { port, answers } = await ask();
    port.postMessage(message);
    await heard();
    expect(answers).toEqual([]);
  });

  test('that was given up is not answered any more', async () => {
    const { port, answers, close } = await ask();
    close();
    port.postMessage(seal({ type: 'answer', token: 'late' }));
    await heard();
    expect(answers).toEqual([]);
  });

  test('to a page that is gone leads nowhere, without an error', async () => {
    const close = workerClients.ask('gone', { type: 'ask' }, () => expect.unreachable());
    await heard();
    close();
  });
});

test('an event is posted to the one page', async () => {
  clients.push(new FakeClient('p1'), new FakeClient('p2'));
  workerClients.notify('p1', 'loggedOut', { origin: 'remote' });
  await heard();
  expect(clients[0]!.posted.map(({ message }) => message)).toEqual([
    { type: 'event', name: 'loggedOut', detail: { origin: 'remote' }, bearerWorker: PROTOCOL_VERSION },
  ]);
  expect(clients[1]!.posted).toEqual([]);
});

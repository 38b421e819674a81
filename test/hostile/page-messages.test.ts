import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ANSWERS, NOTICES, read } from '../../src/core/protocol.js';
import { Engine } from '../../src/page/engine.js';
import { resolvePageOptions } from '../../src/page/options.js';
import { FakeServiceWorker } from '../unit/support/fake-service-worker.js';
import { runsOfMessages } from './support/amount.js';
import { hostileMessage } from './support/message.js';

const BASE = 'https://app.example/';
const EVENTS = [
  'tokenRefreshed',
  'refreshError',
  'reauthRequired',
  'loggedOut',
  'requestSkipped',
  'statusChange',
];

class FakeContainer extends EventTarget {
  readonly controller = new FakeServiceWorker();
  startMessages(): void {
    // Ours come at once.
  }
  register(): Promise<object> {
    return Promise.resolve({ active: this.controller, scope: BASE });
  }
}

let container: FakeContainer;
let emitted: { name: string; detail: object }[];
let calls: number;

beforeEach(async () => {
  container = new FakeContainer();
  emitted = [];
  calls = 0;
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', document);
  vi.stubGlobal('location', { href: BASE });
  vi.stubGlobal('navigator', { serviceWorker: container });
  vi.stubGlobal('ServiceWorker', FakeServiceWorker);
  vi.stubGlobal('addEventListener', document.addEventListener.bind(document));
  const getToken = (): string => `token-${++calls}`;
  const options = resolvePageOptions({ getToken, identity: 'ann' }, BASE);
  await new Engine(options, (name, detail) => emitted.push({ name, detail })).start(options);
});

afterEach(() => {
  container.controller.close();
  vi.unstubAllGlobals();
});

const SENDERS = {
  worker: () => container.controller,
  otherWorker: () => Object.assign(new FakeServiceWorker(), { scriptURL: `${BASE}other.js` }),
  window: () => ({ scriptURL: container.controller.scriptURL }),
  nobody: () => null,
};

const sent = fc.record({
  data: hostileMessage(NOTICES),
  sender: fc.constantFrom('worker', 'worker', 'worker', 'otherWorker', 'window', 'nobody'),
  ports: fc.constantFrom(1, 1, 2, 0),
});

/** Delivers a message; what came by each of its ports, once all is said. */
async function receive(data: unknown, sender: keyof typeof SENDERS, ports: number): Promise<unknown[][]> {
  const heard = Array.from({ length: ports }, (): unknown[] => []);
  const event = Object.assign(new Event('message'), {
    data: structuredClone(data),
    source: SENDERS[sender](),
    ports: heard.map((list) => ({ postMessage: (reply: unknown) => list.push(structuredClone(reply)) })),
  });
  container.dispatchEvent(event);
  await new Promise((resolve) => setImmediate(resolve));
  return heard;
}

test('hostile messages to a page call no provider and make no event, but where they are questions and events of its worker', async () => {
  const counts = { messages: 0, asks: 0, events: 0 };
  // Logged out, a page answers only who insists, until somebody has logged in.
  let isLoggedOut = false;
  /** Whose token it had last: what it has heard itself, and all that it says then. */
  let former: unknown;
  await fc.assert(
    fc.asyncProperty(sent, async ({ data, sender, ports }) => {
      const [callsBefore, emittedBefore] = [calls, emitted.length];
      const [first = [], ...others] = await receive(data, sender, ports);
      const notice = sender === 'worker' ? read(NOTICES, data) : undefined;
      const isAsk = notice?.type === 'ask' && ports > 0;
      const isEvent = notice?.type === 'event' && EVENTS.slice(0, -1).includes(notice.name ?? '');
      counts.messages++;
      counts.asks += Number(isAsk);
      counts.events += Number(isEvent);

      expect(others.flat()).toEqual([]);
      if (isEvent && /^(loggedOut|tokenRefreshed)$/.test(notice.name ?? '')) {
        isLoggedOut = notice.name === 'loggedOut';
        if (!isLoggedOut) former = Reflect.get(Object(notice.detail) as object, 'identity');
      }
      const isGiven = isAsk && (!isLoggedOut || notice.reason === 'forced');
      expect(calls - callsBefore).toBe(Number(isGiven));
      const answers = first.map((answer) => read(ANSWERS, answer));
      expect(answers).toEqual(
        isGiven
          ? [
              { type: 'ack' },
              {
                type: 'answer',
                token: `token-${calls}`,
                identity: 'ann',
                registeredAt: expect.any(Number) as unknown,
              },
            ]
          : isAsk
            ? [
                { type: 'ack' },
                {
                  type: 'failed',
                  code: 'provider-rejected',
                  message: '',
                  identity: typeof former === 'string' ? former : undefined,
                },
              ]
            : [],
      );
      const heard = emitted.slice(emittedBefore);
      if (!isEvent) expect(heard).toEqual([]);
      for (const { name, detail } of heard) {
        expect(EVENTS).toContain(name);
        expect(typeof detail).toBe('object');
      }
      emitted.length = 0;
    }),
    runsOfMessages('page', 0.02, 1),
  );
  console.log(
    `page: ${counts.messages} messages, ${counts.asks} answered, ${counts.events} passed on as events`,
  );
  expect(counts.asks / counts.messages).toBeGreaterThan(0.05);
  expect(counts.events / counts.messages).toBeGreaterThan(0.015);

  const [answers] = await receive(
    { bearerWorker: 1, type: 'ask', reason: 'forced', timeoutMs: 1000 },
    'worker',
    1,
  );
  expect(answers).toHaveLength(2);
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ANSWERS, PING, PROTOCOL_VERSION, read, seal, type Notice } from '../../../src/core/protocol.js';
import { Engine } from '../../../src/page/engine.js';
import { resolvePageOptions, type TokenProvider } from '../../../src/page/options.js';
import { FakeServiceWorker } from '../support/fake-service-worker.js';

/*
 * The engine's own decisions, with a browser's objects stood in for; that they behave so in a browser is for the tests
 * that run in one.
 */

class FakeContainer extends EventTarget {
  controller: FakeServiceWorker | null = null;
  startMessages(): void {
    // Ours come at once.
  }
  register(): Promise<object> {
    return Promise.resolve({
      active: this.controller,
      scope: 'https://app.example/',
      unregister: () => unregistered++,
    });
  }
}

/** The app registers for bob while the page's worker is still that of ann's registration. */
async function registersForBob(engine: Engine, identity: string | undefined) {
  const named = identity === undefined ? {} : { identity };
  const options = resolvePageOptions({ getToken: () => 'of-bob', ...named }, 'https://app.example/');
  let install!: () => void;
  const installed = new Promise<void>((resolve) => (install = resolve));
  const register = container.register.bind(container);
  container.register = () => installed.then(register);
  const started = engine.start(options);
  await heard();
  return async () => {
    install();
    await started;
  };
}

let worker: FakeServiceWorker;
let container: FakeContainer;
let page: EventTarget & { visibilityState: string };
let emitted: [name: string, detail: object][];
let unregistered: number;
const ports: MessagePort[] = [];

beforeEach(() => {
  unregistered = 0;
  emitted = [];
  worker = new FakeServiceWorker();
  container = Object.assign(new FakeContainer(), { controller: worker });
  page = Object.assign(new EventTarget(), { visibilityState: 'visible', baseURI: 'https://app.example/' });
  vi.stubGlobal('document', page);
  vi.stubGlobal('location', { href: 'https://app.example/' });
  vi.stubGlobal('navigator', { serviceWorker: container });
  vi.stubGlobal('ServiceWorker', FakeServiceWorker);
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
});

afterEach(() => {
  worker.close();
  for (const port of ports.splice(0)) port.close();
  vi.unstubAllGlobals();
});

async function started(getToken: TokenProvider = () => 'abc'): Promise<Engine> {
  const options = resolvePageOptions({ getToken, identity: 'ann' }, 'https://app.example/');
  const engine = new Engine(options, (name, detail) => emitted.push([name, detail]));
  await engine.start(options);
  return engine;
}

const heard = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A message as the worker posts it; what comes back by its port. */
async function receive(data: unknown, source: unknown = worker, withPort = true): Promise<unknown[]> {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1);
  const answers: unknown[] = [];
  port1.onmessage = (event: MessageEvent<unknown>) => answers.push(read(ANSWERS, event.data));
  const event = new Event('message');
  container.dispatchEvent(Object.assign(event, { data, source, ports: withPort ? [port2] : [] }));
  await heard();
  return answers;
}

/** By the page's clock, of which the tests cannot say more. */
const registeredAt: unknown = expect.any(Number);

const ask: Notice = { type: 'ask', reason: 'initial', timeoutMs: 1000 };
const types = (): string[] => worker.received.map(({ type }) => type);

describe('a start', () => {
  test('says hello, as one that registers, with the identity', async () => {
    await started();
    expect(worker.received).toEqual([{ type: 'hello', register: true, identity: 'ann' }]);
  });
});

describe('a question of the worker', () => {
  test('is acknowledged, and answered with what the provider gives', async () => {
    await started();
    expect(await receive(seal(ask))).toEqual([
      { type: 'ack' },
      { type: 'answer', token: 'abc', identity: 'ann', registeredAt },
    ]);
  });

  test('is told when the app has registered', async () => {
    const before = Date.now();
    await started();
    const between = Date.now();
    const [, answer] = await receive(seal(ask));
    const { registeredAt } = answer as { registeredAt: number };
    expect(registeredAt).toBeGreaterThanOrEqual(before);
    expect(registeredAt).toBeLessThanOrEqual(between);
  });

  test('asked again by a worker that was killed: one call of the provider answers both', async () => {
    let calls = 0;
    let give!: (token: string) => void;
    await started(() => (calls++, new Promise((resolve) => (give = resolve))));
    const first = receive(seal(ask));
    const second = receive(seal(ask));
    await heard();
    give('abc');
    await heard();
    expect(calls).toBe(1);
    expect((await first).slice(0, 1)).toEqual([{ type: 'ack' }]);
    expect((await second).slice(0, 1)).toEqual([{ type: 'ack' }]);
    await receive(seal(ask));
    expect(calls).toBe(2);
  });

  test('that the provider refuses is answered with a code, and with none of its words', async () => {
    await started(() => Promise.reject(new Error('eyJhbGciOi was refused')));
    const answers = await receive(seal(ask));
    expect(answers).toMatchObject([{ type: 'ack' }, { type: 'failed', code: 'provider-rejected' }]);
    expect(JSON.stringify(answers)).not.toContain('eyJ');
  });

  test.each([
    [
      'of another sender than a worker',
      () => ({ scriptURL: 'https://app.example/bearer-worker.js' }),
      seal(ask),
    ],
    [
      "of the app's other worker",
      () => Object.assign(new FakeServiceWorker(), { scriptURL: 'https://app.example/other.js' }),
      seal(ask),
    ],
    ['of nobody', () => null, seal(ask)],
    ['that is none of ours', () => worker, ask],
    ['of another version', () => worker, { ...ask, bearerWorker: PROTOCOL_VERSION + 1 }],
  ])('%s is not answered, and no provider is called', async (_what, source, data) => {
    let calls = 0;
    await started(() => (calls++, 'abc'));
    expect(await receive(data, source())).toEqual([]);
    expect(calls).toBe(0);
  });

  test('without a port calls no provider', async () => {
    let calls = 0;
    await started(() => (calls++, 'abc'));
    await receive(seal(ask), worker, false);
    expect(calls).toBe(0);
  });
});

describe('a worker that says that a request of this page has begun', () => {
  const begun = seal({ type: 'begun', url: 'https://app.example/api/long' });

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    vi.stubGlobal('navigator', { ...navigator, userAgent: 'Mozilla/5.0 Gecko/20100101 Firefox/153.0' });
  });
  afterEach(() => void vi.useRealTimers());

  test('is kept awake by a message that asks for nothing; the app hears of neither', async () => {
    const engine = await started();
    await vi.dynamicImportSettled();
    await receive(begun, worker, false);
    vi.advanceTimersByTime(10_000);
    expect(worker.unanswered).toEqual([seal(PING)]);
    expect(emitted).toEqual([]);
    await engine.stop(false);
    vi.advanceTimersByTime(60_000);
    expect(worker.unanswered).toHaveLength(1);
  });

  test.each([
    ['of another script', seal(begun), 'https://app.example/other.js'],
    ['of another version', { ...begun, bearerWorker: PROTOCOL_VERSION + 1 }, undefined],
    ['that names no URL', seal({ type: 'begun', url: 7 as never }), undefined],
  ])('%s is not', async (_what, data, scriptURL = worker.scriptURL) => {
    await started();
    await vi.dynamicImportSettled();
    const source = Object.assign(new FakeServiceWorker(), { scriptURL });
    await receive(data, source, false);
    vi.advanceTimersByTime(60_000);
    expect(source.unanswered).toEqual([]);
  });
});

test('in an engine that lets answers end, what begins is no page’s business', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  await started();
  await vi.dynamicImportSettled();
  await receive(seal({ type: 'begun', url: 'https://app.example/api/long' }), worker, false);
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  expect(worker.unanswered).toEqual([]);
});

describe('the app registers anew as another user', () => {
  test.each([
    ['with a name', 'bob'],
    ['without one', undefined],
  ])(
    '%s: until its worker is there and told so, the former provider answers, under the former name',
    async (_what, identity) => {
      const engine = await started(() => 'of-ann');
      const finish = await registersForBob(engine, identity);
      expect(await receive(seal(ask))).toEqual([
        { type: 'ack' },
        { type: 'answer', token: 'of-ann', identity: 'ann', registeredAt },
      ]);
      await finish();
      expect(worker.received.at(-1)).toEqual({
        type: 'hello',
        register: true,
        ...(identity === undefined ? {} : { identity }),
      });
      const [, answer] = await receive(seal(ask));
      expect(answer).toEqual({
        type: 'answer',
        token: 'of-bob',
        registeredAt,
        // Empty says that it has no name any more; without it the worker would go on with the former one.
        identity: identity ?? '',
      });
    },
  );

  test('while the former provider is called: its answer is the former user’s, and the new one is called anew', async () => {
    let give!: (token: string) => void;
    const engine = await started(() => new Promise((resolve) => (give = resolve)));
    const answers = await receive(seal(ask));
    expect(answers).toEqual([{ type: 'ack' }]);
    await (
      await registersForBob(engine, 'bob')
    )();
    const after = await receive(seal(ask));
    expect(after).toEqual([
      { type: 'ack' },
      { type: 'answer', token: 'of-bob', identity: 'bob', registeredAt },
    ]);
    give('of-ann');
    await heard();
    expect(answers.at(-1)).toEqual({ type: 'answer', token: 'of-ann', identity: 'ann', registeredAt });
  });

  test('told of a logout before the worker has heard of it: that was of the former one, and the new provider is asked', async () => {
    const engine = await started(() => 'of-ann');
    const finish = await registersForBob(engine, undefined);
    worker.replies = () => {
      void receive(seal({ type: 'event', name: 'loggedOut', detail: { origin: 'remote' } }));
      return [{ type: 'ack' }, { type: 'done' }];
    };
    await finish();
    const [, answer] = await receive(seal(ask));
    expect(answer).toEqual({ type: 'answer', token: 'of-bob', identity: '', registeredAt });
  });
});

test('the app registers for bob, and a token of ann is told before the worker has heard of it: the page comes back as bob', async () => {
  const engine = await started(() => 'of-ann');
  const finish = await registersForBob(engine, 'bob');
  worker.replies = () => {
    void receive(seal({ type: 'event', name: 'tokenRefreshed', detail: { identity: 'ann' } }));
    return [{ type: 'ack' }, { type: 'done' }];
  };
  await finish();
  worker.replies = () => [{ type: 'ack' }, { type: 'done' }];
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await heard();
  expect(worker.received.at(-2)).toEqual({ type: 'hello', register: false, identity: 'bob' });
});

describe('a logout', () => {
  const told = [
    ['loggedOut', { origin: 'local' }],
    ['statusChange', {}],
  ];

  test('is told to this page when it is done: locally, with a change of status; and of the same from elsewhere no more', async () => {
    const engine = await started();
    const done = engine.logout();
    expect(emitted).toEqual([]);
    await done;
    expect(emitted).toEqual(told);
    await receive(seal({ type: 'event', name: 'loggedOut', detail: { origin: 'remote' } }));
    expect(emitted).toEqual(told);
    expect(await receive(seal(ask))).toMatchObject([{ type: 'ack' }, { type: 'failed' }]);
  });

  test('that ends after the app has registered anew was of the former one: the new provider is asked', async () => {
    const engine = await started(() => 'of-ann');
    const finish = await registersForBob(engine, 'bob');
    worker.replies = ({ type }) => (type === 'logout' ? [] : [{ type: 'ack' }, { type: 'done' }]);
    const done = engine.logout();
    await finish();
    worker.ports[types().indexOf('logout')]!.postMessage(seal({ type: 'done' }));
    await done;
    expect(emitted).toEqual([]);
    expect(await receive(seal(ask))).toMatchObject([{ type: 'ack' }, { type: 'answer', token: 'of-bob' }]);
  });
});

describe('the provider is being asked, and the page is logged out', () => {
  test.each(['by its app', 'by another tab'])(
    '%s: a login that the app insists on is not given what was asked for before',
    async (who) => {
      const given = [new Promise<string>(() => undefined), Promise.resolve('of-bob')];
      let calls = 0;
      const engine = await started(() => given[calls++]!);
      await receive(seal(ask));
      if (who === 'by its app') await engine.logout();
      else await receive(seal({ type: 'event', name: 'loggedOut', detail: { origin: 'remote' } }));
      expect(await receive(seal({ ...ask, reason: 'forced' }))).toMatchObject([
        { type: 'ack' },
        { type: 'answer', token: 'of-bob' },
      ]);
      expect(calls).toBe(2);
    },
  );
});

describe('an event of the worker', () => {
  const event = (name: string, detail?: object): object =>
    seal({ type: 'event', name, ...(detail ? { detail } : {}) });

  test('is passed on, with a change of status where it is one', async () => {
    await started();
    await receive(event('loggedOut', { origin: 'remote' }));
    await receive(event('requestSkipped', { url: '/x', why: 'no-client' }));
    expect(emitted).toEqual([
      ['loggedOut', { origin: 'remote' }],
      ['statusChange', {}],
      ['requestSkipped', { url: '/x', why: 'no-client' }],
    ]);
  });

  test.each(['message', 'constructor', 'statusChange'])(
    'of a name that is none is dropped: %s',
    async (name) => {
      await started();
      await receive(event(name, {}));
      expect(emitted).toEqual([]);
    },
  );
});

describe('a page that comes back', () => {
  test('from the back/forward cache says hello again, without registering', async () => {
    await started();
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await heard();
    expect(worker.received.slice(-2)).toEqual([
      { type: 'hello', register: false, identity: 'ann' },
      // What it was asked while it was away has failed.
      { type: 'wake' },
    ]);
  });

  test('says hello as whoever its provider has named, not as the option that it registered with', async () => {
    const engine = await started();
    await receive(seal({ type: 'event', name: 'tokenRefreshed', detail: { identity: 'bob' } }));
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await heard();
    expect(worker.received.at(-2)).toEqual({ type: 'hello', register: false, identity: 'bob' });
    await engine.start({ ...engine.options });
    expect(worker.received.at(-1)).toEqual({ type: 'hello', register: true, identity: 'ann' });
  });

  test('says no identity where the app has named none', async () => {
    const options = resolvePageOptions({ getToken: () => 'abc' }, 'https://app.example/');
    await new Engine(options, () => undefined).start(options);
    await receive(seal({ type: 'event', name: 'tokenRefreshed', detail: { identity: 'claims:x' } }));
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await heard();
    expect(worker.received.at(-2)).toEqual({ type: 'hello', register: false });
  });

  test('and is merely shown says nothing', async () => {
    await started();
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
    page.dispatchEvent(new Event('online'));
    page.dispatchEvent(new Event('visibilitychange'));
    await heard();
    expect(types()).toEqual(['hello']);
  });

  test('or has a new controller says hello again', async () => {
    await started();
    container.dispatchEvent(new Event('controllerchange'));
    await heard();
    expect(worker.received.at(-1)).toEqual({ type: 'hello', register: false, identity: 'ann' });
  });

  test.each([
    ['online', 'visible', ['hello', 'wake']],
    ['visibilitychange', 'visible', ['hello', 'wake']],
    ['visibilitychange', 'hidden', ['hello']],
  ])('%s after a failed refresh, %s: %j', async (name, visibility, expected) => {
    await started();
    await receive(seal({ type: 'event', name: 'refreshError', detail: {} }));
    page.visibilityState = visibility;
    page.dispatchEvent(new Event(name));
    page.dispatchEvent(new Event(name));
    await heard();
    expect(types()).toEqual(expected);
  });
});

describe('a stop', () => {
  test('says goodbye, and hears nothing any more', async () => {
    const engine = await started();
    await engine.stop(false);
    expect(types()).toEqual(['hello', 'goodbye']);
    expect(await receive(seal(ask))).toEqual([]);
    container.dispatchEvent(new Event('controllerchange'));
    await heard();
    expect(types()).toEqual(['hello', 'goodbye']);
    expect(unregistered).toBe(0);
  });

  test('removes the worker where it must, which forgets all first', async () => {
    await (await started()).stop(true);
    expect(unregistered).toBe(1);
    expect(worker.received.at(-1)).toEqual({ type: 'goodbye', erase: true });
  });
});

test('removed where there is no worker any more: that is done', async () => {
  const engine = await started();
  container.controller = null;
  container.register = () => Promise.reject(new TypeError('404'));
  const other = resolvePageOptions({ getToken: () => 'abc', inPage: 'never' }, 'https://app.example/');
  const alone = new Engine(other, () => undefined);
  await expect(alone.start(other)).rejects.toMatchObject({ code: 'worker-unavailable' });
  await alone.stop(true);
  expect(types()).toEqual(['hello']);
  await engine.stop(false);
});

describe('a worker that has lost sight of this page', () => {
  const forgets = (times: number): void => {
    worker.replies = ({ type }) =>
      type !== 'hello' && worker.received.filter((each) => each.type === type).length <= times
        ? [{ type: 'failed', code: 'no-client', message: '' }]
        : [{ type: 'ack' }, { type: 'done', token: 'abc' }];
  };

  test('is told of it again, without registering, and given the command once more', async () => {
    const engine = await started();
    forgets(1);
    expect(await engine.send({ type: 'getToken' })).toMatchObject({ token: 'abc' });
    expect(worker.received.slice(1)).toEqual([
      { type: 'getToken' },
      { type: 'hello', register: false, identity: 'ann' },
      { type: 'getToken' },
    ]);
  });

  test('for good is not told for ever', async () => {
    const engine = await started();
    forgets(99);
    await expect(engine.send({ type: 'getToken' })).rejects.toMatchObject({ code: 'no-client' });
    expect(types()).toEqual(['hello', 'getToken', 'hello', 'getToken']);
  });

  test('is not told again of one that leaves', async () => {
    const engine = await started();
    forgets(99);
    await expect(engine.stop(false)).rejects.toMatchObject({ code: 'no-client' });
    expect(types()).toEqual(['hello', 'goodbye']);
  });
});

test("the provider's own error is the cause of the command that needed it", async () => {
  const cause = new Error('no session');
  const engine = await started(() => Promise.reject(cause));
  await receive(seal(ask));
  worker.replies = () => [{ type: 'failed', code: 'provider-rejected', message: '' }];
  await expect(engine.send({ type: 'getToken' })).rejects.toMatchObject({ code: 'provider-rejected', cause });
});

test("the provider's own error is the cause also where it is told later that the session is lost", async () => {
  const cause = new Error('consent');
  const engine = await started(() => Promise.reject(cause));
  await receive(seal(ask));
  worker.replies = () => [{ type: 'failed', code: 'reauth-required', message: 'a moment ago' }];
  await expect(engine.send({ type: 'getToken' })).rejects.toMatchObject({ code: 'reauth-required', cause });
  // With a token of another page there is a new session.
  await receive(seal({ type: 'event', name: 'tokenRefreshed', detail: { identity: 'ann' } }));
  await expect(engine.send({ type: 'getToken' })).rejects.toMatchObject({ cause: undefined });
});

test('another error of a command is as the worker says', async () => {
  const engine = await started();
  worker.replies = () => [{ type: 'failed', code: 'logged-out', message: '' }];
  await expect(engine.send({ type: 'getToken' })).rejects.toMatchObject({ code: 'logged-out' });
});

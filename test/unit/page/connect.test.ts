import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEFAULTS, type WorkerOptions } from '../../../src/core/options.js';
import { connect, controlled, isReached, isScriptOf, serviceWorkers } from '../../../src/page/connect.js';
import type { PageOptions } from '../../../src/page/options.js';
import { FakeServiceWorker } from '../support/fake-service-worker.js';

const WORKER_URL = new URL('https://app.example/bearer-worker.js');

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('location', { href: 'https://app.example/app/', origin: 'https://app.example' });
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function options(worker: Partial<WorkerOptions> = {}, scope?: string): PageOptions {
  return {
    getToken: () => '',
    identity: undefined,
    workerUrl: WORKER_URL,
    scope,
    inPage: 'never',
    worker: { ...DEFAULTS, ...worker },
  };
}

function registering(registration: object): { container: ServiceWorkerContainer; calls: unknown[][] } {
  const calls: unknown[][] = [];
  const register = (...args: unknown[]) => (calls.push(args), Promise.resolve(registration));
  return { container: { register } as unknown as ServiceWorkerContainer, calls };
}

const scope = 'https://app.example/';

describe('the container', () => {
  test('is that of the page', async () => {
    const serviceWorker = {};
    vi.stubGlobal('navigator', { serviceWorker });
    expect(await serviceWorkers()).toBe(serviceWorker);
  });

  test.each([
    [
      'a sandboxed frame, whose getter throws',
      'throws',
      true,
      'null',
      /sandbox="allow-scripts allow-same-origin"/,
    ],
    ['an insecure page, which has none', 'is none', false, 'http://app.example', /https or from localhost/],
    ['a sandboxed insecure page', 'is none', false, 'null', /https or from localhost/],
    [
      'a browser that has them turned off',
      'is none',
      true,
      'https://app.example',
      /turns them off.*Turn them on/,
    ],
  ])(
    'is not to be had in %s, and the error says what mends it',
    async (_what, getter, isSecure, origin, message) => {
      vi.stubGlobal('isSecureContext', isSecure);
      vi.stubGlobal('origin', origin);
      vi.stubGlobal('navigator', {
        get serviceWorker(): undefined {
          if (getter === 'throws') throw new DOMException('The document is sandboxed.', 'SecurityError');
          return undefined;
        },
      });
      await expect(serviceWorkers()).rejects.toMatchObject({
        code: 'worker-unavailable',
        message: expect.stringMatching(message) as string,
      });
    },
  );
});

describe('the registration', () => {
  test('has what differs from the defaults in its URL, and bypasses the HTTP cache', async () => {
    const active = new FakeServiceWorker();
    const { container, calls } = registering({ active, scope });
    await connect(container, options());
    await connect(container, options({ scheme: 'JWT' }, '/app/'));
    expect(calls).toEqual([
      [WORKER_URL.href, { updateViaCache: 'none' }],
      [
        `${WORKER_URL.href}?options=${encodeURIComponent('{"scheme":"JWT"}')}`,
        { updateViaCache: 'none', scope: '/app/' },
      ],
    ]);
  });

  test('does not wait for one that is active to say that it has done activating', async () => {
    const active = Object.assign(new FakeServiceWorker(), { state: 'activating' });
    const registration = { active, scope };
    expect(await connect(registering(registration).container, options())).toBe(registration);
  });

  test('waits until the newest worker is active', async () => {
    const installing = Object.assign(new FakeServiceWorker(), { state: 'installing' });
    const registration = { installing, active: new FakeServiceWorker(), scope };
    let isConnected = false;
    void connect(registering(registration).container, options()).then(() => (isConnected = true));
    await vi.advanceTimersByTimeAsync(100);
    expect(isConnected).toBe(false);
    installing.state = 'activated';
    installing.dispatchEvent(new Event('statechange'));
    await vi.advanceTimersByTimeAsync(0);
    expect(isConnected).toBe(true);
  });

  test.each([
    ['fails to install', 'redundant'],
    ['never ends installing', 'installing'],
  ])('of a worker that %s is worker-unavailable, within a bound', async (_what, state) => {
    const installing = Object.assign(new FakeServiceWorker(), { state: 'installing' });
    const outcome = connect(registering({ installing, scope }).container, options()).catch(
      (error: unknown) => error,
    );
    await vi.advanceTimersByTimeAsync(100);
    installing.state = state;
    if (state === 'redundant') installing.dispatchEvent(new Event('statechange'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await outcome).toMatchObject({ code: 'worker-unavailable' });
  });

  test('of a worker that is taken away as it fails to install is worker-unavailable, and says so at once', async () => {
    const installing = Object.assign(new FakeServiceWorker(), { state: 'installing' });
    const registration = { installing: installing as object | null, scope };
    const outcome = connect(registering(registration).container, options()).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(100);
    registration.installing = null;
    installing.state = 'redundant';
    installing.dispatchEvent(new Event('statechange'));
    await vi.advanceTimersByTimeAsync(0);
    expect(await outcome).toMatchObject({ message: expect.stringMatching(/failed to install/) as string });
  });

  /** A registration whose newest worker gives way to the next of these, each a moment after it was looked at. */
  function superseded(states: readonly string[]) {
    const workers = states.map((state) => Object.assign(new FakeServiceWorker(), { state }));
    let index = 0;
    const registration = {
      scope,
      get installing() {
        const worker = workers[index++]!;
        if (worker.state === 'installing') {
          setTimeout(() => {
            worker.state = 'redundant';
            worker.dispatchEvent(new Event('statechange'));
          }, 10);
        }
        return worker;
      },
    };
    return registering(registration).container;
  }

  test.each([
    ['one', ['installing', 'activated']],
    ['three', ['installing', 'installing', 'installing', 'activated']],
    ['one that had already lost', ['redundant', 'activated']],
  ])(
    'gives way to %s of pages that started at once with other options: the last one will do',
    async (_n, states) => {
      let isConnected = false;
      void connect(superseded(states), options()).then(() => (isConnected = true));
      await vi.advanceTimersByTimeAsync(100);
      expect(isConnected).toBe(true);
    },
  );

  test('gives way again and again: worker-unavailable', async () => {
    const outcome = connect(superseded(Array<string>(9).fill('installing')), options()).catch(
      (error: unknown) => error,
    );
    await vi.advanceTimersByTimeAsync(100);
    expect(await outcome).toMatchObject({ code: 'worker-unavailable' });
  });

  test('whose scope leaves this page out is worker-unavailable, and says how to mend it', async () => {
    const registration = { active: new FakeServiceWorker(), scope: 'https://app.example/static/' };
    await expect(connect(registering(registration).container, options())).rejects.toMatchObject({
      code: 'worker-unavailable',
      message: expect.stringMatching(/Service-Worker-Allowed[^]*https:\/\/app\.example\/static\//) as string,
    });
  });

  test('that the browser refuses keeps its error as the cause', async () => {
    const cause = new DOMException('Not supported', 'NotSupportedError');
    const container = { register: () => Promise.reject(cause) } as unknown as ServiceWorkerContainer;
    await expect(connect(container, options())).rejects.toMatchObject({ code: 'worker-unavailable', cause });
  });
});

describe('control', () => {
  const container = (controller: FakeServiceWorker | null): EventTarget & { controller: unknown } =>
    Object.assign(new EventTarget(), { controller });

  test('is there at once where the page is controlled by this script', async () => {
    await controlled(container(new FakeServiceWorker()) as ServiceWorkerContainer, WORKER_URL);
  });

  test('is waited for, and another script’s is not taken for it', async () => {
    const other = Object.assign(new FakeServiceWorker(), { scriptURL: 'https://app.example/other.js' });
    const target = container(other);
    let isControlled = false;
    void controlled(target as ServiceWorkerContainer, WORKER_URL).then(() => (isControlled = true));
    target.dispatchEvent(new Event('controllerchange'));
    await vi.advanceTimersByTimeAsync(10);
    expect(isControlled).toBe(false);
    target.controller = new FakeServiceWorker();
    target.dispatchEvent(new Event('controllerchange'));
    await vi.advanceTimersByTimeAsync(0);
    expect(isControlled).toBe(true);
  });

  test('that never comes is worker-unavailable after five seconds', async () => {
    const outcome = controlled(container(null) as ServiceWorkerContainer, WORKER_URL).catch(
      (error: unknown) => error,
    );
    await vi.advanceTimersByTimeAsync(5000);
    expect(await outcome).toMatchObject({ code: 'worker-unavailable' });
  });

  test.each([
    ['https://app.example/bearer-worker.js', true],
    ['https://app.example/bearer-worker.js?options=x', true],
    ['https://app.example/x/bearer-worker.js', false],
  ])('%s is this script: %s', (scriptURL, expected) => {
    expect(isScriptOf({ scriptURL } as ServiceWorker, WORKER_URL)).toBe(expected);
  });
});

describe('whether requests get to the worker', () => {
  const sent: [string, RequestInit][] = [];
  const OURS = { 'bearer-worker': '' };
  const page = new EventTarget();

  beforeEach(() => {
    vi.stubGlobal('document', page);
  });

  /** What each probe comes to, one after the other: the headers of an answer, or an error. */
  function answering(...outcomes: (Record<string, string> | Error)[]): void {
    sent.length = 0;
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      sent.push([url, init]);
      const outcome = outcomes.shift();
      if (outcome === undefined) return new Promise(() => undefined);
      if (outcome instanceof Error) return Promise.reject(outcome);
      return Promise.resolve({ headers: new Headers(outcome) });
    });
  }

  test('is asked on a covered path, by a request that can go to no network', async () => {
    answering(OURS);
    const include = [{ path: '/tracker/api/' }, '/other/'];
    expect(await isReached(options({ include }))).toBe(true);
    const url = 'https://app.example/tracker/api/#bearer-worker-probe#bearer-worker-bypass';
    expect(sent).toEqual([[url, { cache: 'only-if-cached', mode: 'same-origin' }]]);
  });

  test('is asked again where the worker ended meanwhile', async () => {
    answering(new TypeError('Failed to fetch'), OURS);
    expect(await isReached(options())).toBe(true);
    expect(sent).toHaveLength(2);
  });

  test.each([
    ['nobody answers twice', [new TypeError('Failed to fetch'), new TypeError('Failed to fetch')]],
    ['a cache has answered', [{ 'content-type': 'text/html' }]],
  ])('they do not where %s', async (_what, outcomes) => {
    answering(...outcomes);
    const asking = isReached(options());
    await vi.advanceTimersByTimeAsync(1);
    expect(await asking).toBe(false);
  });

  test.each([
    ['forbids it', 'https://app.example/api/', true],
    ['forbids something else meanwhile', 'https://cdn.example/', false],
  ])(
    'is not to be known where a policy %s: %s is blocked, they do: %s',
    async (_what, blockedURI, expected) => {
      answering(new TypeError('Failed to fetch'), new TypeError('Failed to fetch'));
      const asking = isReached(options({ include: ['/api/'] }));
      page.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), { blockedURI }));
      await vi.advanceTimersByTimeAsync(1);
      expect(await asking).toBe(expected);
    },
  );

  test('is not to be known where no answer comes in time, and keeps no app from starting', async () => {
    answering();
    const asking = isReached(options());
    await vi.advanceTimersByTimeAsync(5000);
    expect(await asking).toBe(true);
  });
});

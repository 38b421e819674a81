import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { command, type Done } from '../../../src/page/command.js';
import { FakeServiceWorker } from '../support/fake-service-worker.js';

let worker: FakeServiceWorker;

beforeEach(() => {
  worker = new FakeServiceWorker();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});

afterEach(() => {
  worker.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const send = (timeoutMs = 30_000): Promise<Done> =>
  command(() => worker as unknown as ServiceWorker, { type: 'getToken', forceRefresh: true }, timeoutMs);

/** Messages over ports take a turn of the event loop or two. */
const heard = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a command', () => {
  test('has the outcome that the worker says', async () => {
    worker.replies = () => [{ type: 'ack' }, { type: 'done', token: 'abc' }];
    expect(await send()).toEqual({ type: 'done', token: 'abc' });
    expect(worker.received).toEqual([{ type: 'getToken', forceRefresh: true }]);
  });

  test('has an outcome though nothing was acknowledged', async () => {
    worker.replies = () => [{ type: 'done' }];
    expect(await send()).toEqual({ type: 'done' });
  });

  test('fails with the code that the worker says, and a sentence that says what to do', async () => {
    worker.replies = () => [{ type: 'ack' }, { type: 'failed', code: 'logged-out', message: '' }];
    await expect(send()).rejects.toMatchObject({
      code: 'logged-out',
      message: expect.stringContaining('Register again') as string,
    });
  });

  test('has the outcome that came first, though its sentence has yet to be loaded', async () => {
    worker.replies = () => [
      { type: 'failed', code: 'logged-out', message: '' },
      { type: 'done', token: 'late' },
    ];
    vi.resetModules();
    vi.doMock('../../../src/page/sentences.js', async (load) => {
      await heard();
      return load();
    });
    const fresh = await import('../../../src/page/command.js');
    const outcome = fresh.command(() => worker as unknown as ServiceWorker, { type: 'getToken' }, 1000);
    await expect(outcome).rejects.toMatchObject({ code: 'logged-out' });
    vi.doUnmock('../../../src/page/sentences.js');
  });

  test.each(['from-the-future', 'constructor', '__proto__', 'mute', ''])(
    'fails as worker-unavailable where the worker says a code that is none: "%s"',
    async (code) => {
      worker.replies = () => [{ type: 'failed', code, message: 'what it said' }];
      await expect(send()).rejects.toMatchObject({
        code: 'worker-unavailable',
        message: expect.stringContaining('what it said') as string,
      });
    },
  );

  test('waits for a worker that takes its time', async () => {
    worker.replies = (_command, nth) => (nth === 1 ? [{ type: 'ack' }] : []);
    const outcome = send();
    await heard();
    await vi.advanceTimersByTimeAsync(20_000);
    const { seal } = await import('../../../src/core/protocol.js');
    worker.ports[0]!.postMessage(seal({ type: 'done', token: 'late' }));
    expect((await outcome).token).toBe('late');
  });

  test('that is outdated is not given again once it was heard; what comes of it is its outcome', async () => {
    let isOutdated = false;
    worker.replies = (_command, nth) => (nth === 1 ? [{ type: 'ack' }] : []);
    const outcome = command(
      () => worker as unknown as ServiceWorker,
      { type: 'logout' },
      30_000,
      () => isOutdated,
    );
    await heard();
    isOutdated = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(worker.received).toHaveLength(1);
    const { seal } = await import('../../../src/core/protocol.js');
    worker.ports[0]!.postMessage(seal({ type: 'done' }));
    await outcome;
  });

  test('that is outdated before it was heard fails: a copy of it would meet what came after', async () => {
    let isOutdated = false;
    worker.replies = () => [];
    const outcome = command(
      () => worker as unknown as ServiceWorker,
      { type: 'logout' },
      30_000,
      () => isOutdated,
    ).catch((error: unknown) => error);
    isOutdated = true;
    await vi.advanceTimersByTimeAsync(6000);
    expect(await outcome).toMatchObject({ code: 'worker-unavailable' });
    expect(worker.received).toHaveLength(1);
  });

  test('drops replies that are none', async () => {
    worker.replies = () => [
      { type: 'done', token: 'forged', bearerWorker: 99 },
      { type: 'setToken', bearerWorker: 1 },
      { type: 'done', token: 'abc' },
    ];
    expect((await send()).token).toBe('abc');
  });
});

describe('a worker that dies', () => {
  test('before it acknowledges: the command is given again', async () => {
    worker.replies = (_command, nth) => (nth === 1 ? [] : [{ type: 'ack' }, { type: 'done', token: 'abc' }]);
    const outcome = send();
    await vi.advanceTimersByTimeAsync(3000);
    expect((await outcome).token).toBe('abc');
    expect(worker.received).toHaveLength(2);
  });

  test('and is not found again: worker-unavailable', async () => {
    await expect(command(() => undefined, { type: 'wake' }, 1000)).rejects.toMatchObject({
      code: 'worker-unavailable',
      message: expect.stringMatching(/Reload/) as string,
    });
  });

  test('and never says a word: worker-unavailable within six seconds', async () => {
    worker.replies = () => [];
    const outcome = send().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(6000);
    expect(await outcome).toMatchObject({ code: 'worker-unavailable' });
  });

  test('after it acknowledged: worker-unavailable when the time of the command is over', async () => {
    worker.replies = () => [{ type: 'ack' }];
    let isOver = false;
    const outcome = send(30_000).catch((error: unknown) => ((isOver = true), error));
    await heard();
    await vi.advanceTimersByTimeAsync(27_000);
    await heard();
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(6000);
    expect(await outcome).toMatchObject({ code: 'worker-unavailable' });
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { withWebLock } from '../../../src/web/with-web-lock.js';
import { FakeLockManager } from '../support/fake-lock-manager.js';

let locks: FakeLockManager;

beforeEach(() => {
  locks = new FakeLockManager();
  vi.stubGlobal('navigator', { locks });
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a lock', () => {
  test('is held by one after the other', async () => {
    const order: string[] = [];
    const run = (who: string) => async () => {
      order.push(`${who} in`);
      await sleep(100);
      order.push(`${who} out`);
      return who;
    };
    const both = Promise.all([withWebLock('x', 1000, run('a')), withWebLock('x', 1000, run('b'))]);
    await vi.advanceTimersByTimeAsync(200);
    expect(await both).toEqual(['a', 'b']);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
  });

  test('of another name does not wait', async () => {
    void withWebLock('x', 1000, () => sleep(100));
    expect(await withWebLock('y', 1000, () => Promise.resolve('at once'))).toBe('at once');
    await vi.advanceTimersByTimeAsync(100);
  });

  test('is free again after a failure, which is the failure of who held it', async () => {
    await expect(withWebLock('x', 1000, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await withWebLock('x', 1000, () => Promise.resolve('next'))).toBe('next');
  });

  test('that another keeps: the wait ends in time, and nothing is run', async () => {
    let runs = 0;
    const held = withWebLock('x', 1000, () => sleep(5000));
    const outcome = withWebLock('x', 1000, () => Promise.resolve(runs++)).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await outcome).toMatchObject({ code: 'provider-timeout' });
    await vi.advanceTimersByTimeAsync(4000);
    await held;
    expect(runs).toBe(0);
  });

  test('of a lock manager that hangs, and knows no abort: the wait ends in time', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => new Promise(() => undefined) } });
    const outcome = withWebLock('x', 1000, () => Promise.resolve()).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await outcome).toMatchObject({ code: 'provider-timeout' });
  });

  test('that is no longer waited for: the wait ends at once', async () => {
    const held = withWebLock('x', 1000, () => sleep(500));
    const leave = new AbortController();
    const outcome = withWebLock('x', 1000, () => Promise.resolve(), leave.signal).catch(
      (error: unknown) => error,
    );
    leave.abort();
    expect(await outcome).toMatchObject({ code: 'provider-timeout' });
    await vi.advanceTimersByTimeAsync(500);
    await held;
  });

  test('held longer than the wait for it may last is not cut short', async () => {
    const held = withWebLock('x', 1000, () => sleep(5000).then(() => 'done'));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await held).toBe('done');
  });

  test('that foreign code steals: who held it goes on to its own outcome, once, and steals nothing back', async () => {
    let runs = 0;
    const held = withWebLock('x', 1000, async () => {
      runs++;
      await sleep(500);
      return 'mine';
    });
    await vi.advanceTimersByTimeAsync(100);
    locks.steal('x');
    await vi.advanceTimersByTimeAsync(400);
    expect(await held).toBe('mine');
    expect(runs).toBe(1);
  });
});

describe('without locks the work is done all the same, once', () => {
  test.each([
    ['there are none', {}],
    ['there is no navigator', undefined],
    [
      'they reject, as with blocked storage',
      { locks: { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) } },
    ],
    [
      'they throw',
      {
        locks: {
          request: () => {
            throw new DOMException('denied', 'InvalidStateError');
          },
        },
      },
    ],
  ])('%s', async (_what, navigator) => {
    vi.stubGlobal('navigator', navigator);
    let runs = 0;
    expect(await withWebLock('x', 1000, () => Promise.resolve(++runs))).toBe(1);
    expect(runs).toBe(1);
  });
});

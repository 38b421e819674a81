import { describe, expect, test } from 'vitest';
import { withDeadline } from '../../../src/core/deadline.js';
import { World } from '../support/world.js';

describe('a wait with a deadline', () => {
  const world = new World();
  const { clock } = world;
  const { platform } = world.worker.core;
  const never = new Promise<string>(() => undefined);

  test('has the outcome of what it waits for', async () => {
    expect(await withDeadline(platform, 1000, Promise.resolve('done'), 'late')).toBe('done');
    const failed = withDeadline(
      platform,
      1000,
      Promise.reject<string>(new Error('failed')),
      new Error('late'),
    );
    await expect(failed).rejects.toThrow('failed');
  });

  test('ends at the deadline, and not before', async () => {
    let outcome: string | undefined;
    void withDeadline(platform, 1000, never, 'late').then((value) => (outcome = value));
    await clock.advance(999);
    expect(outcome).toBeUndefined();
    await clock.advance(1);
    expect(outcome).toBe('late');
  });

  test('rejects at the deadline where that is an error', async () => {
    await expect(clock.until(withDeadline(platform, 1000, never, new Error('late')))).rejects.toThrow('late');
  });

  test('takes a failure for lateness where lateness is none', async () => {
    expect(await withDeadline(platform, 1000, Promise.reject<string>(new Error('failed')), 'late')).toBe(
      'late',
    );
  });

  test('leaves no timer behind', async () => {
    let timers = 0;
    const counting = {
      ...platform,
      setTimer: (callback: () => void, delayMs: number) => {
        timers++;
        const cancel = platform.setTimer(callback, delayMs);
        return () => (timers--, cancel());
      },
    };
    await withDeadline(counting, 1000, Promise.resolve(1), 2);
    await withDeadline(counting, 1000, Promise.reject<number>(new Error('x')), 2);
    await clock.settle();
    expect(timers).toBe(0);
  });
});

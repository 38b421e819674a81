import { beforeEach, expect, test, vi } from 'vitest';
import { laneLock } from '../../../src/page-lane/lane-lock.js';
import { watchPageLife, type PageLife } from '../../../src/page-lane/page-life.js';
import { FakeLockManager } from '../support/fake-lock-manager.js';

let page: EventTarget;
let life: PageLife;
let lefts: number;

beforeEach(() => {
  page = new EventTarget();
  lefts = 0;
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('navigator', { locks: new FakeLockManager() });
  life = watchPageLife(() => lefts++, new AbortController().signal);
  return () => vi.unstubAllGlobals();
});

const tell = (type: string): boolean => page.dispatchEvent(new Event(type));

/** Something that runs until it is told how it ends. */
function work() {
  let begun = false;
  let end!: (value: string) => void;
  const outcome = new Promise<string>((resolve) => (end = resolve));
  return {
    end,
    get begun() {
      return begun;
    },
    run: () => ((begun = true), outcome),
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test.each([
  ['freeze', 'resume'],
  ['pagehide', 'pageshow'],
])('a page that holds the lock lets go of it at %s; what it ran is done after %s', async (leave, back) => {
  const [mine, others] = [work(), work()];
  const held = laneLock(life)('x', 1000, mine.run);
  const waiting = laneLock({ leaving: new AbortController().signal, here: Promise.resolve() })(
    'x',
    1000,
    others.run,
  );
  await settled();
  expect([mine.begun, others.begun]).toEqual([true, false]);
  tell(leave);
  await settled();
  expect(others.begun).toBe(true);
  others.end('theirs');
  expect(await waiting).toBe('theirs');
  tell(back);
  mine.end('mine');
  expect(await held).toBe('mine');
});

test('a page that waits for the lock leaves the queue when it is frozen, and stands in it again afterwards', async () => {
  const [first, mine, others] = [work(), work(), work()];
  const lock = laneLock({ leaving: new AbortController().signal, here: Promise.resolve() });
  const holder = lock('x', 1000, first.run);
  const waits = laneLock(life)('x', 1000, mine.run);
  const after = lock('x', 1000, others.run);
  await settled();
  tell('freeze');
  first.end('done');
  await holder;
  await settled();
  // Not the frozen page, whose turn it was.
  expect([mine.begun, others.begun]).toEqual([false, true]);
  tell('resume');
  others.end('done');
  await after;
  await settled();
  expect(mine.begun).toBe(true);
  mine.end('mine');
  expect(await waits).toBe('mine');
});

test('a page that is away asks for no lock before it is back', async () => {
  const mine = work();
  tell('freeze');
  const waits = laneLock(life)('x', 1000, mine.run);
  await settled();
  expect(mine.begun).toBe(false);
  tell('resume');
  await settled();
  expect(mine.begun).toBe(true);
  mine.end('mine');
  expect(await waits).toBe('mine');
});

test('what fails under the lock fails for who asked, and the lock is free', async () => {
  const lock = laneLock(life);
  await expect(lock('x', 1000, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await lock('x', 1000, () => Promise.resolve('next'))).toBe('next');
});

test('a lock that is not granted in time is an error, where the page is there', async () => {
  const lock = laneLock(life);
  const first = work();
  const held = lock('x', 1000, first.run);
  await expect(lock('x', 10, () => Promise.resolve())).rejects.toMatchObject({ code: 'provider-timeout' });
  first.end('done');
  await held;
});

test('leaving is said once, by whichever event comes first', () => {
  tell('freeze');
  tell('pagehide');
  expect(lefts).toBe(1);
  tell('pageshow');
  tell('freeze');
  expect(lefts).toBe(2);
});

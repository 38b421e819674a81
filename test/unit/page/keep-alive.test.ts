import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { COMMANDS, PING, read, seal } from '../../../src/core/protocol.js';
import { keepAlive } from '../../../src/page/keep-alive.js';

/** A request that has ended, as a browser reports it to whoever observes. */
class FakeObserver {
  static observing = new Set<FakeObserver>();
  constructor(readonly onEntries: (list: { getEntries(): { name: string }[] }) => void) {}
  observe(options: unknown): void {
    expect(options).toEqual({ type: 'resource' });
    FakeObserver.observing.add(this);
  }
  disconnect(): void {
    FakeObserver.observing.delete(this);
  }
}

function end(...urls: string[]): void {
  const entries = urls.map((name) => ({ name }));
  for (const { onEntries } of FakeObserver.observing) onEntries({ getEntries: () => entries });
}

class FakeWorker {
  readonly received: unknown[] = [];
  postMessage(...given: unknown[]): void {
    expect(given).toHaveLength(1);
    this.received.push(given[0]);
  }
}

const A = 'https://app.example/api/a';
const B = 'https://app.example/api/b';
const HOUR_MS = 3_600_000;

let worker: FakeWorker;
let page: AbortController;
let tell: (url: string, by?: FakeWorker) => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('PerformanceObserver', FakeObserver);
  worker = new FakeWorker();
  page = new AbortController();
  const onBegun = keepAlive(page.signal);
  tell = (url, by = worker) => onBegun(url, by as unknown as ServiceWorker);
});

afterEach(() => {
  FakeObserver.observing.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** How many pings a worker gets in the next seconds. */
function pingsIn(seconds: number, to = worker): number {
  const before = to.received.length;
  vi.advanceTimersByTime(seconds * 1000);
  return to.received.length - before;
}

describe('a worker', () => {
  test('is sent a message every ten seconds while a request is under way, and none after', () => {
    tell(A);
    expect(pingsIn(75)).toBe(7);
    end(A);
    expect(pingsIn(60)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is sent a message that says nothing, and is no command', () => {
    tell(A);
    pingsIn(10);
    expect(worker.received).toEqual([seal(PING)]);
    expect(read(COMMANDS, worker.received[0])).toBeUndefined();
  });

  test('is sent one for all that it serves, and another one for what that serves', () => {
    const next = new FakeWorker();
    tell(A);
    tell(B);
    tell(B, next);
    expect(pingsIn(10)).toBe(1);
    end(A, B, B);
    tell(A, next);
    expect(pingsIn(20, next)).toBe(2);
    expect(worker.received).toHaveLength(1);
  });

  test('is sent none by a page that has ended its part', () => {
    tell(A);
    page.abort();
    expect(pingsIn(60)).toBe(0);
    expect(FakeObserver.observing.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that says nothing of requests is left alone, and nothing is observed', () => {
    expect(FakeObserver.observing.size).toBe(0);
    tell('');
    expect(FakeObserver.observing.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a request', () => {
  test('that is made twice is over when both are', () => {
    tell(A);
    tell(A);
    end(A);
    expect(pingsIn(30)).toBe(3);
    end(A);
    expect(pingsIn(30)).toBe(0);
  });

  test('begins anew after it was over, as an event source does', () => {
    for (let round = 0; round < 3; round++) {
      tell(A);
      expect(pingsIn(20)).toBe(2);
      end(A);
      expect(pingsIn(20)).toBe(0);
    }
  });

  test('is not over because another one is', () => {
    tell(A);
    end(B, `${A}#part`, `${A}/`);
    expect(pingsIn(30)).toBe(3);
  });

  test('that ends before the worker’s word of it comes is over', () => {
    tell(B);
    end(A, B);
    tell(A);
    expect(pingsIn(30)).toBe(0);
  });

  test('that ends before the worker’s word of it comes does not end the next one', () => {
    tell(B);
    end(A, B);
    tell(A);
    tell(A);
    expect(pingsIn(30)).toBe(3);
  });

  test('that the worker never served ends no later one', () => {
    tell(B);
    end(A, A, B);
    vi.advanceTimersByTime(3000);
    tell(A);
    expect(pingsIn(30)).toBe(3);
  });

  test('whose end nobody reports is forgotten after half a day', () => {
    tell(A);
    vi.advanceTimersByTime(11 * HOUR_MS);
    expect(pingsIn(60)).toBe(6);
    vi.advanceTimersByTime(HOUR_MS);
    expect(pingsIn(60)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

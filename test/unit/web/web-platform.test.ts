import { IDBFactory } from 'fake-indexeddb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Announcement, Clients, Platform } from '../../../src/core/ports.js';
import { webPlatform } from '../../../src/web/web-platform.js';
import { listen, type HttpServer } from '../support/http-server.js';

const noClients = {} as Clients;
let server: HttpServer;
let serial = 0;
let scope: string;

beforeAll(async () => {
  server = await listen();
});

afterAll(() => server.close());

beforeEach(() => {
  scope = `https://app.example/${++serial}/`;
  vi.stubGlobal('indexedDB', new IDBFactory());
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const platform = (of = scope): Platform => webPlatform(of, `${server.url}/worker.js`, noClients);

describe('the store', () => {
  test('is empty at first, then holds what was written, for every worker of the scope', async () => {
    const one = platform();
    expect(await one.readRecord()).toBeUndefined();
    const record = { clients: new Map([['p1', { identity: 'id:ann' }]]), skewMs: NaN };
    await one.updateRecord(() => record);
    expect(await one.readRecord()).toEqual(record);
    expect(await platform().readRecord()).toEqual(record);
  });

  test('is one for each scope', async () => {
    await platform().updateRecord(() => 'mine');
    expect(await platform('https://app.example/other/').readRecord()).toBeUndefined();
  });

  test('changes in one transaction: of 50 writers at once none is lost', async () => {
    const platforms = [platform(), platform()];
    await Promise.all(
      Array.from({ length: 50 }, (_each, index) =>
        platforms[index % 2]!.updateRecord((count) => ((count as number | undefined) ?? 0) + 1),
      ),
    );
    expect(await platform().readRecord()).toBe(50);
  });

  test('that cannot be opened rejects, and is tried again the next time', async () => {
    const works = indexedDB;
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    });
    const one = platform();
    await expect(one.readRecord()).rejects.toThrow('denied');
    await expect(one.updateRecord(() => 1)).rejects.toThrow('denied');
    vi.stubGlobal('indexedDB', works);
    expect(await one.readRecord()).toBeUndefined();
  });

  test('that is not there rejects', async () => {
    vi.stubGlobal('indexedDB', undefined);
    await expect(platform().readRecord()).rejects.toThrow();
  });

  test('refuses what cannot be written, and keeps what it had', async () => {
    const one = platform();
    await one.updateRecord(() => 'before');
    await expect(one.updateRecord(() => () => 0)).rejects.toThrow();
    expect(await one.readRecord()).toBe('before');
  });
});

describe('announcements', () => {
  const message: Announcement = { identity: 'id:ann', reason: 'forced' };

  function listening(of: string): { heard: Promise<unknown>; all: unknown[] } {
    const all: unknown[] = [];
    const heard = new Promise((resolve) =>
      platform(of).onAnnouncement((given) => {
        all.push(given);
        resolve(given);
      }),
    );
    return { heard, all };
  }

  test('reach the others of the scope', async () => {
    const { heard } = listening(scope);
    platform().announce(message);
    expect(await heard).toMatchObject(message);
  });

  test('do not reach another scope, and what is none is dropped', async () => {
    const other = listening('https://app.example/elsewhere/');
    const { heard, all } = listening(scope);
    const channel = new BroadcastChannel(`bearer-worker:${scope}`);
    channel.postMessage(null);
    channel.postMessage('loggedOut');
    channel.postMessage(message);
    channel.postMessage({ ...message, bearerWorker: 99 });
    platform().announce(message);
    await heard;
    expect(all).toHaveLength(1);
    expect(other.all).toHaveLength(0);
    channel.close();
  });

  test.each([
    ['is missing', undefined],
    [
      'throws',
      function () {
        throw new DOMException('denied', 'SecurityError');
      },
    ],
  ])('are nothing where BroadcastChannel %s', (_what, channel) => {
    vi.stubGlobal('BroadcastChannel', channel);
    const one = platform();
    one.onAnnouncement(() => expect.unreachable());
    expect(() => one.announce(message)).not.toThrow();
  });
});

describe("the server's time", () => {
  test('is the Date of its answer to a HEAD', async () => {
    server.respond = (response) => response.setHeader('Date', 'Thu, 15 Jan 2026 12:00:00 GMT').end();
    expect(await platform().serverTimeMs()).toBe(Date.UTC(2026, 0, 15, 12));
  });

  const HOUR_MS = 3600_000;
  const second = (atMs: number): number => Math.floor(atMs / 1000) * 1000;
  test.each([
    ['an hour before ours: ours, where a cache may have kept it for two', -HOUR_MS, '7200', 0],
    [
      'an hour before ours: half an hour later, where one has kept it for that',
      -HOUR_MS,
      '1800',
      -HOUR_MS / 2,
    ],
    ['an hour after ours: itself, however long a cache has kept it', HOUR_MS, '7200', HOUR_MS],
    ['ours, beside an Age of a day: itself', 0, '86400', 0],
    ['an hour before ours, beside an Age that is none', -HOUR_MS, '5, 5', -HOUR_MS],
    ['an hour before ours, beside an Age below nothing', -HOUR_MS, '-5', -HOUR_MS],
  ])('and of a Date %s', async (_what, fromOursMs, age, expectedFromOursMs) => {
    const nowMs = Date.now();
    server.respond = (response) =>
      response
        .setHeader('Date', new Date(nowMs + fromOursMs).toUTCString())
        .setHeader('Age', age)
        .end();
    const error = (await platform().serverTimeMs()) - second(nowMs + expectedFromOursMs);
    expect(error).toBeGreaterThanOrEqual(0);
    expect(error).toBeLessThan(10_000);
  });

  test('is asked for at an address that no cache has an answer to', async () => {
    await platform().serverTimeMs();
    const url = expect.stringMatching(/^\/worker\.js\?at=\d{13}$/) as string;
    expect(server.requests.at(-1)).toMatchObject({ method: 'HEAD', url });
  });

  test('is not known where the answer has none', async () => {
    server.respond = (response) => {
      response.sendDate = false;
      response.end();
    };
    expect(await platform().serverTimeMs()).toBeNaN();
  });

  test('rejects where it cannot be reached', async () => {
    const nowhere = webPlatform(scope, 'http://127.0.0.1:1/', noClients);
    await expect(nowhere.serverTimeMs()).rejects.toThrow();
  });
});

describe('the rest', () => {
  test('a digest is SHA-256 in base64url', async () => {
    expect(await platform().digest('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
    expect(await platform().digest('é')).toMatch(/^[\w-]{43}$/);
  });

  test('a timer fires once, and not where it was stopped', () => {
    vi.useFakeTimers();
    const one = platform();
    let fired = 0;
    one.setTimer(() => fired++, 100);
    one.setTimer(() => fired++, 100)();
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    expect(fired).toBe(1);
  });

  test('the clock and chance are the device’s', () => {
    const one = platform();
    expect(Math.abs(one.now() - Date.now())).toBeLessThan(1000);
    expect(one.random()).toBeGreaterThanOrEqual(0);
    expect(one.random()).toBeLessThan(1);
    expect(one.clients).toBe(noClients);
  });
});

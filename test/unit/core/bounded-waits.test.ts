import { beforeEach, describe, expect, test } from 'vitest';
import type { VirtualPage } from '../support/virtual-page.js';
import { World } from '../support/world.js';

/* Whatever of the browser never answers, a request ends, and it keeps no other from an end. */

const never = (): Promise<never> => new Promise(() => undefined);

let world: World;
let page: VirtualPage;

beforeEach(async () => {
  world = new World();
  page = await world.registeredPage('p1', world.gives('ann'), 'ann');
});

/** How long a request takes. */
async function secondsOf(from: VirtualPage, withinMs = 120_000): Promise<number> {
  const before = world.nowSeconds();
  await world.clock.until(from.fetch(), withinMs);
  return world.nowSeconds() - before;
}

describe('finding whose token a request gets', () => {
  test('ends within 5 s where the browser does not say what the client is', async () => {
    const unknown = world.openPage('p2');
    Object.assign(world.worker.core.platform.clients, { get: never });
    expect(await secondsOf(unknown)).toBeLessThanOrEqual(5);
  });

  test('ends within 5 s where the browser does not say which pages there are', async () => {
    const worker = world.openWorker('w1');
    Object.assign(world.worker.core.platform.clients, { list: never });
    expect(await secondsOf(worker)).toBeLessThanOrEqual(5);
  });

  test('ends though frames that never register come and go without end', async () => {
    await page.sendsToken();
    const worker = world.openWorker('w1');
    let frames = 0;
    const opensFrames = async (): Promise<void> => {
      while (frames < 60) {
        const frame = world.openPage(`frame-${frames++}`);
        frame.hasLibrary = false;
        await world.clock.sleep(700);
      }
    };
    const opened = opensFrames();
    expect(await secondsOf(worker)).toBeLessThanOrEqual(5);
    await world.clock.until(opened);
    // Nor do the later ones.
    expect(await secondsOf(worker)).toBeLessThanOrEqual(5);
  });

  test('asks three rounds of new frames at most, also when the request has long ended', async () => {
    const worker = world.openWorker('w1');
    const { clients } = world.worker.core.platform;
    const before = { ...clients };
    const asked = new Set<string>();
    Object.assign(clients, {
      ask: (...args: Parameters<typeof before.ask>) => (asked.add(args[0]), before.ask(...args)),
    });
    let frames = 0;
    const opensFrames = async (): Promise<void> => {
      while (frames < 60) {
        const frame = world.openPage(`frame-${frames++}`);
        frame.hasLibrary = false;
        await world.clock.sleep(1000);
      }
    };
    const opened = opensFrames();
    await world.clock.until(worker.fetch());
    await world.clock.until(opened, 120_000);
    expect(asked.size).toBeGreaterThan(1);
    expect(asked.size).toBeLessThan(10);
  });

  test('gives such a request nobody’s token', async () => {
    await page.sendsToken();
    const worker = world.openWorker('w1');
    Object.assign(world.worker.core.platform.clients, { list: never });
    expect((await world.clock.until(worker.fetch())).token).toBeUndefined();
  });
});

describe('a page that says hello', () => {
  test('is known within 3 s where the browser does not say which pages there are, and none is forgotten', async () => {
    Object.assign(world.worker.core.platform.clients, { list: never });
    const other = world.openPage('p2', world.gives('bob'));
    await world.clock.until(other.register('bob'), 3000);
    expect(await other.status()).toMatchObject({ identity: 'bob' });
    expect(world.store.text()).toContain('id:bob');
    expect([...world.worker.core.registry.clients.keys()]).toEqual(['p1', 'p2']);
  });
});

describe('a refresh', () => {
  test.each<[string, () => void]>([
    ['list', () => Object.assign(world.worker.core.platform.clients, { list: never })],
    ['readRecord', () => Object.assign(world.worker.core.platform, { readRecord: never })],
    ['updateRecord', () => Object.assign(world.worker.core.platform, { updateRecord: never })],
    ['serverTimeMs', () => Object.assign(world.worker.core.platform, { serverTimeMs: never })],
    ['digest', () => Object.assign(world.worker.core.platform, { digest: never })],
  ])(
    'ends within three times the provider’s, where %s never answers; its lock is free',
    async (_what, breakIt) => {
      const derived = await world.registeredPage('p2', world.gives('bob'));
      breakIt();
      expect(await secondsOf(page)).toBeLessThanOrEqual(30);
      expect(await secondsOf(derived)).toBeLessThanOrEqual(30);
      expect(world.locks.isHeld()).toBe(false);
    },
  );

  test('that ended so keeps no later one: what answers again is used', async () => {
    const { clients } = world.worker.core.platform;
    const before = { ...clients };
    Object.assign(clients, { list: never });
    expect((await world.clock.until(page.fetch())).token).toBeUndefined();
    Object.assign(clients, before);
    await world.clock.advance(60_000);
    expect((await world.clock.until(page.fetch(), 0)).token).toBe(world.token(0));
  });

  test('is waited for by many, and all of them end with it', async () => {
    Object.assign(world.worker.core.platform.clients, { list: never });
    const before = world.nowSeconds();
    await world.clock.until(Promise.all(Array.from({ length: 20 }, () => page.fetch())));
    expect(world.nowSeconds() - before).toBeLessThanOrEqual(30);
  });

  test('whose page the browser does not look for any more ends with the provider’s time', async () => {
    page.provider = never;
    Object.assign(world.worker.core.platform.clients, { get: never });
    expect(await secondsOf(page)).toBeLessThanOrEqual(30);
  });
});

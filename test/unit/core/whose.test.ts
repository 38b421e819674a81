import { beforeEach, describe, expect, test } from 'vitest';
import { hangs, rejects, World } from '../support/world.js';

let world: World;

beforeEach(() => {
  world = new World();
});

const tokenOf = async (id: string): Promise<string | undefined> =>
  (await world.clock.until(world.pages.get(id)!.fetch())).token;

describe('a page that is not known', () => {
  test('is asked for its own token first, and has its own identity from then on', async () => {
    const one = await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    const other = world.openPage('p2', world.gives('bob'));
    expect(await tokenOf('p2')).toBe(world.token(1));
    expect((await other.status())['identity']).not.toBe((await one.status())['identity']);
    expect(other.calls.map(({ reason }) => reason)).toEqual(['initial']);
    expect(await tokenOf('p1')).toBe(world.token(0));
  });

  test('is asked once for ten requests at once', async () => {
    const page = world.openPage('p1', world.gives('ann', 180, 100));
    await world.clock.until(Promise.all(Array.from({ length: 10 }, () => page.fetch())));
    expect(page.calls).toHaveLength(1);
  });

  test('and says who it is with its token', async () => {
    const page = world.openPage('p1', () => ({ token: world.mintOpaque(), identity: 'tenant-1' }));
    await tokenOf('p1');
    expect((await page.status())['identity']).toBe('tenant-1');
  });

  test('has the provider’s time to say who it is', async () => {
    const page = world.openPage('p1', world.gives('ann', 180, 9000));
    expect((await world.clock.until(page.fetch(), 9500)).token).toBe(world.token(0));
  });

  test('and was busy when it was asked, is asked again once it has said hello', async () => {
    const page = world.openPage('p1', world.gives('ann'));
    page.hasLibrary = false;
    expect(await tokenOf('p1')).toBeUndefined();
    page.hasLibrary = true;
    await world.clock.until(page.say({ type: 'hello', register: false }));
    expect(await tokenOf('p1')).toBe(world.token(0));
  });

  test.each([
    ['rejects', rejects],
    ['hangs', hangs],
    ['gives no token', () => undefined],
  ])('but whose provider %s, gets nobody else’s token, now or later', async (_what, provider) => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    world.openPage('p2', provider);
    for (let index = 0; index < 3; index++) {
      expect(await tokenOf('p2')).toBeUndefined();
      await world.clock.advance(1000);
    }
  });

  test('but was frozen when it was asked, gets nobody else’s token once it lives', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    const frozen = world.openPage('p2', world.gives('bob'));
    frozen.state = 'frozen';
    world.openWorker('w1');
    expect(await tokenOf('w1')).toBeUndefined();
    frozen.state = 'live';
    expect(await tokenOf('p2')).toBe(world.token(1));
    expect(frozen.calls).toHaveLength(1);
  });
});

describe('who cannot answer', () => {
  test('a worker is served while one identity is live in the scope', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await world.registeredPage('p2', world.gives('ann'));
    await tokenOf('p1');
    await tokenOf('p2');
    world.openWorker('w1');
    expect(await tokenOf('w1')).toBe(world.token(1));
  });

  test('a worker is the first to need a token: its page is asked', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'));
    world.openWorker('w1');
    expect(await tokenOf('w1')).toBe(world.token(0));
    expect(page.calls).toHaveLength(1);
  });

  test('a page that never registered goes bare, also with one identity live, and is waited for once', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    const frame = world.openPage('frame');
    frame.hasLibrary = false;
    expect(await tokenOf('frame')).toBeUndefined();
    const started = world.clock.trueNowMs();
    expect(await tokenOf('frame')).toBeUndefined();
    expect(world.clock.trueNowMs()).toBe(started);
  });

  test('a frame that is not listed (about:srcdoc) goes bare, and is waited for once', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    const frame = world.openPage('frame');
    frame.hasLibrary = false;
    frame.isListed = false;
    expect(await tokenOf('frame')).toBeUndefined();
    const started = world.clock.trueNowMs();
    expect(await tokenOf('frame')).toBeUndefined();
    expect(world.clock.trueNowMs()).toBe(started);
  });

  test('a page whose app loads for three seconds goes bare, and as its own user once it has registered', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    const slow = world.openPage('p2', world.gives('bob'));
    slow.hasLibrary = false;
    const early = [slow.fetch('/api/picture.png'), slow.fetch('/api/pay')];
    await world.clock.advance(3000);
    slow.hasLibrary = true;
    await world.clock.until(slow.register());
    expect((await Promise.all(early)).map(({ token }) => token)).toEqual([undefined, undefined]);
    expect(await tokenOf('p2')).toBe(world.token(1));
  });

  test('a page that never registered counts as somebody else: a worker is not served while it is there', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    const frame = world.openPage('frame');
    frame.hasLibrary = false;
    world.openWorker('w1');
    expect(await tokenOf('w1')).toBeUndefined();
    await tokenOf('frame');
    expect(await tokenOf('w1')).toBeUndefined();
    frame.state = 'closed';
    expect(await tokenOf('w1')).toBe(world.token(0));
  });

  test('a page that has registered and sent nothing yet is asked who it is', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    await world.registeredPage('p2', world.gives('ann'));
    world.openWorker('w1');
    expect(await tokenOf('w1')).toBe(world.token(1));
  });

  test('a page that has registered and cannot say who it is counts as somebody else', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    await world.registeredPage('p2', world.gives('bob'));
    world.openWorker('w1');
    expect(await tokenOf('w1')).toBeUndefined();
  });

  test('a page that says goodbye goes bare, whoever else is there', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    const leaving = await world.registeredPage('p2', world.gives('bob'));
    await tokenOf('p2');
    await world.clock.until(leaving.say({ type: 'logout' }));
    await world.clock.until(leaving.say({ type: 'goodbye' }));
    leaving.hasLibrary = false;
    expect(await tokenOf('p2')).toBeUndefined();
    expect(await tokenOf('p2')).toBeUndefined();
    expect(await tokenOf('p1')).toBe(world.token(0));
  });

  test('with two identities its request passes untouched', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await world.registeredPage('p2', world.gives('bob'));
    await tokenOf('p1');
    await tokenOf('p2');
    world.openWorker('w1');
    expect(await tokenOf('w1')).toBeUndefined();
  });

  test('with two identities a silent frame is told why', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await world.registeredPage('p2', world.gives('bob'));
    await tokenOf('p1');
    await tokenOf('p2');
    const frame = world.openPage('frame');
    frame.hasLibrary = false;
    expect(await tokenOf('frame')).toBeUndefined();
  });

  test('a second page of which nothing is known yet counts as someone else, until it is asked', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    const second = world.openPage('p2', world.gives('bob'));
    world.openWorker('w1');
    expect(await tokenOf('w1')).toBeUndefined();
    expect(second.calls).toHaveLength(1);
  });

  test('what is sent at unload waits for no introduction', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    const worker = world.openWorker('w1');
    const send = () => world.clock.until(worker.fetch('/api/x', { keepalive: true }), 0);
    expect((await send()).token).toBe(world.token(0));
    world.openPage('p2', world.gives('ann'));
    expect((await send()).token).toBeUndefined();
  });

  test('with no page there is no identity', async () => {
    world.openWorker('w1');
    expect(await tokenOf('w1')).toBeUndefined();
  });

  test('a request without a client, as of a navigation in Firefox, is served as a worker’s', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    world.openWorker('');
    expect(await tokenOf('')).toBe(world.token(0));
  });

  test('pages that are gone do not count', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    const gone = await world.registeredPage('p2', world.gives('bob'));
    await tokenOf('p1');
    await tokenOf('p2');
    gone.state = 'closed';
    world.openWorker('w1');
    expect(await tokenOf('w1')).toBe(world.token(0));
  });

  test('a page that is listed and cannot be reached does not keep the others from an end', async () => {
    await world.registeredPage('p1', world.gives('ann'));
    await tokenOf('p1');
    world.openPage('ghost');
    const { clients } = world.worker.core.platform;
    const before = { ...clients };
    let lists = 0;
    Object.assign(clients, {
      get: (id: string) => (id === 'ghost' ? Promise.resolve(undefined) : before.get(id)),
      list: () => (++lists > 100 ? Promise.reject(new Error('listed 100 times')) : before.list()),
    });
    world.openWorker('w1');
    expect([undefined, world.token(0)]).toContain(await tokenOf('w1'));
    expect(lists).toBeLessThan(10);
  });

  test('a second user logs in while the worker’s request waits: it gets neither’s token by chance', async () => {
    await world.registeredPage('p1', world.gives('ann', 180, 2000), 'ann');
    const worker = world.openWorker('w1');
    const waiting = worker.fetch();
    await world.clock.advance(1000);
    await world.registeredPage('p2', world.gives('bob'), 'bob');
    expect((await world.clock.until(waiting)).token).toBeUndefined();
  });
});

describe('an opaque token without an identity', () => {
  test('is shared with nobody', async () => {
    await world.registeredPage('p1', () => world.mintOpaque());
    await world.registeredPage('p2', () => world.mintOpaque());
    expect(await tokenOf('p1')).toBe(world.token(0));
    expect(await tokenOf('p2')).toBe(world.token(1));
    world.pages.get('p1')!.state = 'frozen';
    await world.clock.until(world.pages.get('p2')!.fetch());
    world.server.refused.add(world.token(0));
    expect(await tokenOf('p1')).toBe(world.token(0));
    expect(world.pages.get('p2')!.calls).toHaveLength(1);
  });

  test('with one, is shared with pages of the same', async () => {
    const one = await world.registeredPage('p1', () => world.mintOpaque(), 'team');
    const other = await world.registeredPage('p2', () => world.mintOpaque(), 'team');
    expect([await tokenOf('p1'), await tokenOf('p2')]).toEqual([world.token(0), world.token(0)]);
    expect(one.calls.length + other.calls.length).toBe(1);
  });
});

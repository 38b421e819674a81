import { beforeEach, describe, expect, test, vi } from 'vitest';
import { acquire } from '../../../src/core/acquire.js';
import { refresh } from '../../../src/core/refresh.js';
import type { RefreshOutcome } from '../../../src/core/slot.js';
import { rejects, World } from '../support/world.js';

let world: World;

beforeEach(() => {
  world = new World({ getTokenTimeoutSeconds: 1 });
});

/** The outcome of a refresh for page `p1`, without what its callers make of it. */
function refreshed(): Promise<RefreshOutcome> {
  const { core } = world.worker;
  return refresh(core, core.registry.slot('id:ann'), 'initial', 'p1', 30);
}

describe('a whole refresh', () => {
  test('ends after three timeouts of the provider, and then no further page is asked', async () => {
    for (const id of ['p1', 'p2', 'p3']) {
      (await world.registeredPage(id, undefined, 'ann')).state = 'frozen';
    }
    const live = await world.registeredPage('p4', world.gives('ann'), 'ann');
    live.isVisible = false;
    await expect(world.clock.until(refreshed(), 3000)).rejects.toMatchObject({
      code: 'provider-timeout',
      message: 'the whole refresh',
    });
    await world.clock.advance(5000);
    expect(live.calls).toHaveLength(0);
  });

  test('that has ended waits for no answer any more: the next one may ask at once', async () => {
    for (const id of ['p1', 'p2']) (await world.registeredPage(id, undefined, 'ann')).state = 'frozen';
    const p3 = await world.registeredPage('p3', () => new Promise(() => undefined), 'ann');
    const { clients } = world.worker.core.platform;
    const ask = clients.ask.bind(clients);
    const open = new Set<string>();
    vi.spyOn(clients, 'ask').mockImplementation((id, ...rest) => {
      const close = ask(id, ...rest);
      open.add(id);
      return () => (open.delete(id), close());
    });
    const outcome = expect(refreshed()).rejects.toMatchObject({ code: 'provider-timeout' });
    await world.clock.advance(2500);
    expect([...open]).toEqual(['p3']);
    // It has acknowledged, and says nothing any more.
    p3.state = 'frozen';
    await world.clock.advance(500);
    await outcome;
    expect([...open]).toEqual([]);
  });

  test('that has ended asks no further page, though the clock was set back meanwhile', async () => {
    for (const id of ['p1', 'p2', 'p3']) {
      (await world.registeredPage(id, undefined, 'ann')).state = 'frozen';
    }
    const live = await world.registeredPage('p4', world.gives('ann'), 'ann');
    live.isVisible = false;
    const outcome = expect(refreshed()).rejects.toMatchObject({ code: 'provider-timeout' });
    await world.clock.advance(500);
    world.clock.deviceErrorMs = -3600_000;
    await world.clock.advance(2500);
    await outcome;
    await world.clock.advance(5000);
    expect(live.calls).toHaveLength(0);
  });

  test.each([
    ['all that it had', 2000],
    ['an hour', 3600_000],
  ])('that was frozen for %s, and not its timers, asks no further page', async (_what, frozenMs) => {
    (await world.registeredPage('p1', undefined, 'ann')).state = 'frozen';
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    const outcome = expect(refreshed()).rejects.toMatchObject({ code: 'no-client' });
    await world.clock.advance(500);
    // A page that is thawed finds that the time has passed, before any of its timers does.
    world.clock.deviceErrorMs = frozenMs;
    await world.clock.advance(500);
    await outcome;
    await world.clock.advance(5000);
    expect(other.calls).toHaveLength(0);
  });

  test('gives the last that is asked no more time than is left', async () => {
    world = new World({ getTokenTimeoutSeconds: 1.5 });
    for (const id of ['p1', 'p2', 'p3', 'p4']) {
      (await world.registeredPage(id, undefined, 'ann')).state = 'frozen';
    }
    const last = await world.registeredPage('p5', world.gives('ann'), 'ann');
    expect(await world.clock.until(refreshed())).toBe('taken');
    expect(last.calls).toMatchObject([{ timeoutMs: 500 }]);
  });

  test('ends at once where there is nobody to ask', async () => {
    await expect(world.clock.until(refreshed(), 0)).rejects.toMatchObject({
      code: 'no-client',
      message: '',
    });
  });

  test('that fails for a reason of the browser’s is a typed error, with the reason', async () => {
    await world.registeredPage('p1', world.gives('ann'), 'ann');
    const cause = new DOMException('The document is not fully active.', 'InvalidStateError');
    vi.spyOn(world.locks, 'withLock').mockRejectedValue(cause);
    await expect(world.clock.until(refreshed())).rejects.toMatchObject({
      code: 'provider-rejected',
      message: '',
      cause,
    });
  });

  test('is no failure where another core has brought the first token while the lock was waited for', async () => {
    const page = await world.registeredPage('p1', world.gives('ann', 180, 500), 'ann');
    const second = world.addCore();
    await world.clock.settle();
    const one = page.fetch();
    world.worker = second;
    await world.clock.until(Promise.all([one, page.fetch()]));
    expect(page.eventsNamed('refreshError')).toEqual([]);
  });
});

describe('what one refresh leaves for the next', () => {
  test('one that brought a fresh token does not lengthen the wait after a failure', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    page.provider = rejects;
    await world.clock.advance(181_000);
    await world.clock.until(page.fetch());
    expect(page.eventsNamed('refreshError')).toMatchObject([{ willRetryAt: world.nowSeconds() + 0.75 }]);
  });

  test('one that brought none better does not delay the one for a token that is then refused', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const token = await page.sendsToken();
    page.provider = () => token;
    await world.clock.advance(146_000);
    await world.clock.until(page.fetch());
    await world.clock.settle();
    expect(page.calls).toHaveLength(2);
    page.provider = world.gives('ann');
    world.server.refused.add(token);
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 200, token: world.token(1) });
  });

  test('after one that failed for a refused token, the next says that the token was refused', async () => {
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    world.server.refused.add(await page.sendsToken());
    page.provider = rejects;
    await world.clock.until(page.fetch());
    await world.clock.advance(2000);
    await world.clock.until(page.fetch());
    expect(page.calls.map(({ reason }) => reason)).toEqual(['initial', 'rejected', 'rejected']);
  });

  test('a provider that has only the opaque token that one path refused: the session goes on', async () => {
    const page = await world.registeredPage('p1', () => world.mintOpaque(), 'ann');
    const token = await page.sendsToken();
    page.provider = () => token;
    world.server.respond = ({ url }) => (url.endsWith('/api/broken') ? { status: 401 } : undefined);
    await world.clock.until(page.fetch('/api/broken'));
    expect(page.eventsNamed('reauthRequired')).toEqual([]);
    expect(await world.clock.until(page.fetch())).toMatchObject({ status: 200, token });
  });
});

describe('an error of a request', () => {
  test('that may not wait, where there is no token yet: a call of the provider was not tried', async () => {
    await world.registeredPage('p1', world.gives('ann'), 'ann');
    await expect(world.clock.until(acquire(world.worker.core, 'p1', 30, false))).rejects.toMatchObject({
      code: 'provider-rejected',
      message: 'a moment ago',
    });
  });

  test('of a provider that is someone else at each call says so', async () => {
    const provider = (_ask: unknown, nth: number): unknown => ({
      token: world.mint('ann', 5, { iat: Math.floor(world.nowSeconds()) - 175 }),
      identity: `user${nth}`,
    });
    await world.registeredPage('p1', provider, 'ann');
    await expect(world.clock.until(acquire(world.worker.core, 'p1', 30))).rejects.toMatchObject({
      code: 'invalid-token',
      message: 'one of another identity at each call',
    });
  });
});

import { describe, expect, test } from 'vitest';
import { hangs, World } from '../support/world.js';

/** Requests of one page, all at once. */
function many<T>(count: number, request: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, request));
}

describe('one refresh for all who wait', () => {
  test('50 requests of one page with no token: one provider call, 50 sent with its token', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann', 180, 1500));
    const answers = await world.clock.until(many(50, () => page.fetch()));
    expect(page.calls).toHaveLength(1);
    expect(answers.map(({ token }) => token)).toEqual(Array(50).fill(world.token(0)));
    expect(world.server.received).toHaveLength(50);
  });

  test('50 requests of one page, token expired: one provider call, 50 sent with the new token', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    await world.clock.advance(181_000);
    const answers = await world.clock.until(many(50, () => page.fetch()));
    expect(page.calls.map(({ reason }) => reason)).toEqual(['initial', 'expired']);
    expect(new Set(answers.map(({ token }) => token))).toEqual(new Set([world.token(1)]));
  });

  test('ten pages of one identity expire together: one provider call', async () => {
    const world = new World();
    const pages = await Promise.all(
      Array.from({ length: 10 }, (_each, index) =>
        world.registeredPage(`p${index}`, world.gives('ann', 180, 300), 'ann'),
      ),
    );
    await world.clock.until(Promise.all(pages.map((page) => page.fetch())));
    expect(world.providerCalls()).toBe(1);
    await world.clock.advance(181_000);
    const answers = await world.clock.until(Promise.all(pages.map((page) => page.fetch())));
    expect(world.providerCalls()).toBe(2);
    expect(new Set(answers.map(({ token }) => token))).toEqual(new Set([world.token(1)]));
  });

  test('two cores, one lock: who gets it second reads the store again and calls no provider', async () => {
    const world = new World();
    const page = await world.registeredPage('p1', world.gives('ann', 180, 1000), 'ann');
    const first = world.worker;
    const second = world.addCore();
    await world.clock.settle();
    const one = page.fetch();
    world.worker = second;
    const other = page.fetch();
    const answers = await world.clock.until(Promise.all([one, other]));
    expect(page.calls).toHaveLength(1);
    expect(answers.map(({ token }) => token)).toEqual([world.token(0), world.token(0)]);
    expect(first.core.registry.slot('id:ann').token).toEqual(second.core.registry.slot('id:ann').token);
    expect(world.locks.isHeld()).toBe(false);
  });

  test('two identities do not wait for each other', async () => {
    const world = new World();
    const slow = await world.registeredPage('p1', world.gives('ann', 180, 5000), 'ann');
    const quick = await world.registeredPage('p2', world.gives('bob', 180, 100), 'bob');
    void slow.fetch();
    const { token } = await world.clock.until(quick.fetch(), 1000);
    expect(token).toBe(world.token(0));
    expect(world.locks.names).toEqual(
      new Set(['bearer-worker:https://app.example/:id:ann', 'bearer-worker:https://app.example/:id:bob']),
    );
  });

  test('a lock that another never gives back bounds the wait, and no provider is called', async () => {
    const world = new World({ getTokenTimeoutSeconds: 5 });
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    void world.locks.withLock(
      {},
      'bearer-worker:https://app.example/:id:ann',
      1,
      hangs as () => Promise<unknown>,
    );
    const { token } = await world.clock.until(page.fetch(), 15_000);
    expect(token).toBeUndefined();
    expect(page.calls).toHaveLength(0);
    expect(page.eventsNamed('refreshError')).toMatchObject([{ code: 'provider-timeout' }]);
  });
});

describe('what the provider is told', () => {
  test('why, how long, and the token before', async () => {
    const world = new World({ minValiditySeconds: 20, getTokenTimeoutSeconds: 7 });
    const page = await world.registeredPage('p1', world.gives('ann'));
    await world.clock.until(page.fetch());
    await world.clock.advance(155_000);
    await world.clock.until(page.fetch());
    await world.clock.advance(165_000);
    await world.clock.until(page.fetch('/api/x', { rule: { minValiditySeconds: 60 } }));
    await world.clock.advance(500_000);
    await world.clock.until(page.fetch());
    world.server.refused.add(world.token(3));
    await world.clock.until(page.fetch());
    await world.clock.until(page.say({ type: 'getToken', forceRefresh: true }));
    const terms = { minValiditySeconds: 20, timeoutMs: 7000 };
    expect(page.calls).toMatchObject([
      { reason: 'initial', ...terms },
      { reason: 'expiring', ...terms, previousToken: world.token(0) },
      { reason: 'expiring', ...terms, minValiditySeconds: 60, previousToken: world.token(1) },
      { reason: 'expired', ...terms, previousToken: world.token(2) },
      { reason: 'rejected', ...terms, previousToken: world.token(3) },
      { reason: 'forced', ...terms, previousToken: world.token(4) },
    ]);
    expect(page.calls[0]!.previousToken).toBeUndefined();
  });
});

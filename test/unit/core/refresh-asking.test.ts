import { describe, expect, test } from 'vitest';
import { TokenInjectorError } from '../../../src/core/errors.js';
import { World } from '../support/world.js';

describe('who is asked', () => {
  test('the page whose request it is, then visible ones, then others, of its identity alone', async () => {
    const world = new World();
    const asked: string[] = [];
    const failing = (id: string) => () => {
      asked.push(id);
      throw new TokenInjectorError('expired-token', '');
    };
    for (const id of ['hidden', 'visible', 'requester', 'stranger']) {
      const page = await world.registeredPage(id, undefined, id === 'stranger' ? 'bob' : 'ann');
      page.provider = failing(id);
      page.isVisible = id === 'visible';
    }
    const seen: string[] = [];
    for (const page of world.pages.values()) {
      const answer = page.answer.bind(page);
      page.answer = (ask, reply) => (
        seen.push(page.id),
        page.hasLibrary ? answer(ask, reply) : Promise.resolve()
      );
    }
    world.pages.get('requester')!.hasLibrary = false;
    world.pages.get('visible')!.hasLibrary = false;
    await world.clock.until(world.pages.get('requester')!.fetch());
    expect([...new Set(seen)]).toEqual(['requester', 'visible', 'hidden']);
    expect(asked).toEqual(['hidden', 'hidden']);
  });

  test('a frozen page does not acknowledge: within a second the next visible one is asked', async () => {
    const world = new World();
    const frozen = await world.registeredPage('p1', world.gives('ann'), 'ann');
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    frozen.state = 'frozen';
    const started = world.clock.trueNowMs();
    const { token } = await world.clock.until(frozen.fetch(), 2000);
    expect(token).toBe(world.token(0));
    expect(world.clock.trueNowMs() - started).toBe(1000);
    expect([frozen.calls.length, other.calls.length]).toEqual([0, 1]);
  });

  test('nine frozen pages and one live: the live one gives the token', async () => {
    const world = new World();
    for (let index = 0; index < 9; index++) {
      const page = await world.registeredPage(`frozen${index}`, undefined, 'ann');
      page.state = 'frozen';
    }
    const live = await world.registeredPage('live', world.gives('ann'), 'ann');
    live.isVisible = false;
    const { token } = await world.clock.until(world.pages.get('frozen0')!.fetch(), 15_000);
    expect(token).toBe(world.token(0));
  });

  test.each(['frozen', 'cached', 'closed'] as const)(
    'nobody but a %s page: a typed outcome within two seconds',
    async (state) => {
      const world = new World({ onUnavailable: 'fail' });
      const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
      page.state = state;
      expect(await world.clock.until(page.fetch(), 2000)).toMatchObject({ status: 401, code: 'no-client' });
      expect(world.server.received).toHaveLength(0);
    },
  );

  test('the page that was asked closes: the next waiter goes on with another', async () => {
    const world = new World({ getTokenTimeoutSeconds: 4 });
    const closing = await world.registeredPage('p1', world.gives('ann', 180, 2000), 'ann');
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    const waiting = other.fetch();
    const leaving = closing.fetch();
    other.isVisible = false;
    await world.clock.advance(10);
    closing.state = 'closed';
    const answers = await world.clock.until(Promise.all([waiting, leaving]), 12_000);
    expect(answers.map(({ token }) => token)).toEqual([world.token(0), world.token(0)]);
  });

  test('the page that was asked freezes: the wait is bounded, its late result is dropped', async () => {
    const world = new World({ getTokenTimeoutSeconds: 4 });
    let thaw!: () => void;
    const thawed = new Promise<void>((resolve) => (thaw = resolve));
    const freezing = await world.registeredPage('p1', undefined, 'ann');
    freezing.provider = () => thawed.then(() => 'late-token');
    const answer = freezing.answer.bind(freezing);
    // Its timers are frozen too: it does not even say that its provider is late.
    freezing.answer = (ask, reply) => answer({ ...ask, timeoutMs: 1e9 }, reply);
    const other = await world.registeredPage('p2', world.gives('ann'), 'ann');
    const { token } = await world.clock.until(freezing.fetch(), 5000);
    expect(token).toBe(world.token(0));
    thaw();
    await world.clock.advance(10);
    expect((await world.clock.until(other.fetch())).token).toBe(world.token(0));
    expect(world.store.text()).not.toContain('late-token');
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { subOf } from '../support/jwt.js';
import type { VirtualPage } from '../support/virtual-page.js';
import { World } from '../support/world.js';

/* A request belongs to the user who was there when it began; an app that registers anew may be another's. */

let world: World;

beforeEach(() => {
  world = new World();
});

/** Whom a page's request goes as. */
const sendsAs = async (page: VirtualPage): Promise<string | undefined> =>
  subOf((await world.clock.until(page.fetch())).token);

/** A page whose user is known, and whose next token takes 3 s. */
async function knownPage(sub: string, identity?: string): Promise<VirtualPage> {
  const page = await world.registeredPage('p1', world.gives(sub), identity);
  await page.sendsToken();
  await world.clock.advance(181_000);
  page.provider = world.gives(sub, 180, 3000);
  return page;
}

/** A request waits; the app registers anew meanwhile. */
async function registersWhileWaiting(page: VirtualPage, sub: string, identity?: string) {
  const waiting = page.fetch('/api/pay-from-my-account');
  await world.clock.advance(500);
  page.provider = world.gives(sub);
  await world.clock.until(page.register(identity));
  return world.clock.until(waiting);
}

describe('a request of ann waits for her provider, and the app registers for bob', () => {
  test.each<[string, string | undefined, string | undefined]>([
    ['both have names', 'ann', 'bob'],
    ['both are told by their claims', undefined, undefined],
    ['she has a name, he has none', 'ann', undefined],
    ['he has a name, she has none', undefined, 'bob'],
  ])('%s: it does not go as bob; the next one does', async (_what, before, after) => {
    const page = await knownPage('ann', before);
    expect(await registersWhileWaiting(page, 'bob', after)).toMatchObject({ status: 200, token: undefined });
    expect(page.eventsNamed('requestSkipped')).toEqual([
      { url: 'https://app.example/api/pay-from-my-account', why: 'logged-out' },
    ]);
    expect(await sendsAs(page)).toBe('bob');
  });

  test('and may not go without a token: it gets a 401 of our own, and the server never sees it', async () => {
    world = new World({ onUnavailable: 'fail' });
    const page = await knownPage('ann', 'ann');
    world.server.received.length = 0;
    expect(await registersWhileWaiting(page, 'bob', 'bob')).toMatchObject({
      status: 401,
      code: 'logged-out',
    });
    expect(world.server.received).toEqual([]);
  });
});

describe('a request waits, and the app registers anew', () => {
  test.each<[string, string | undefined]>([
    ['by her name', 'ann'],
    ['by her claims', undefined],
  ])('as the same user, %s: the request goes as her', async (_what, identity) => {
    const page = await knownPage('ann', identity);
    const { token } = await registersWhileWaiting(page, 'ann', identity);
    expect(subOf(token)).toBe('ann');
  });

  test('before it was known whose it is: the request goes as the one who registered', async () => {
    const page = await world.registeredPage('p1', world.gives('ann', 180, 3000));
    const { token } = await registersWhileWaiting(page, 'bob');
    expect(subOf(token)).toBe('bob');
  });
});

describe('a request waits for a provider that will fail, and the app registers anew with one that works', () => {
  test.each([
    [
      'rejects after two seconds',
      () => world.clock.sleep(2000).then(() => Promise.reject(new Error('ann is out'))),
    ],
    ['never answers', () => new Promise<never>(() => undefined)],
  ])(
    'the former one %s: the new one is asked, and nobody is told that the session is lost',
    async (_what, provider) => {
      for (const identity of [undefined, 'ann']) {
        world = new World();
        const page = await world.registeredPage('p1', provider, identity);
        const early = page.fetch('/api/early');
        await world.clock.advance(500);
        page.provider = world.gives('bob');
        await world.clock.until(page.register(identity));
        const next = await world.clock.until(page.fetch('/api/next'), 20_000);
        expect([next.status, subOf(next.token)]).toEqual([200, 'bob']);
        await world.clock.until(early, 20_000);
        expect(page.eventsNamed('refreshError')).toEqual([]);
        expect(page.eventsNamed('reauthRequired')).toEqual([]);
      }
    },
  );
});

describe('an answer is still being judged (is it the clock?) when the app registers for bob', () => {
  beforeEach(() => {
    world.server.tellsTime = true;
    world.server.tellingTakesMs = 800;
  });

  /** As a provider with a cache gives: half of the token's life is over. */
  const givesHalfGone = (sub: string) => () => {
    const iat = Math.floor(world.nowSeconds()) - 100;
    return world.mint(sub, 180, { iat, exp: iat + 180 });
  };

  test.each<[string, string | undefined, string | undefined]>([
    ['named', 'ann', 'bob'],
    ['by claims', undefined, undefined],
  ])('%s: her token is bound to nothing of his', async (_what, before, after) => {
    const page = await world.registeredPage('p1', givesHalfGone('ann'), before);
    const waiting = page.fetch();
    await world.clock.advance(100);
    expect(page.calls).toHaveLength(1);
    page.provider = world.gives('bob');
    await world.clock.until(page.register(after));
    expect(subOf((await world.clock.until(waiting)).token)).not.toBe('ann');
    expect(await sendsAs(page)).toBe('bob');
    const ofBob = world.worker.core.registry.slotOf('p1')!.token;
    expect(subOf(ofBob?.value)).toBe('bob');
  });
});

describe('a page that is asked before its app has registered', () => {
  test('and then registers for bob: what ann’s provider says is void, the page is asked again', async () => {
    const page = world.openPage('p1', world.gives('ann', 180, 3000));
    const waiting = page.fetch();
    await world.clock.advance(500);
    page.provider = world.gives('bob');
    await world.clock.until(page.register());
    expect(subOf((await world.clock.until(waiting)).token)).toBe('bob');
    await world.clock.advance(5000);
    expect(await sendsAs(page)).toBe('bob');
    expect(world.store.text()).not.toContain(world.tokens.find((token) => subOf(token) === 'ann'));
  });
});

describe('the user of one of two pages changes, and its page answers before its hello has come', () => {
  test.each([
    ['whose it is', 'bob'],
    ['that there is no name any more', undefined],
  ])(
    'the answer says %s: it is nothing to the other page, or to the former name',
    async (_what, identity) => {
      const one = await world.registeredPage('one', world.gives('ann'), 'ann');
      const other = await world.registeredPage('other', world.gives('ann'), 'ann');
      await other.sendsToken();
      one.identity = identity;
      one.provider = world.gives('bob');
      await world.clock.until(one.say({ type: 'getToken', forceRefresh: true }));
      expect(await sendsAs(other)).toBe('ann');
      expect(await sendsAs(one)).toBe('bob');
      expect(subOf(world.worker.core.registry.slot('id:ann').token?.value)).toBe('ann');
    },
  );
});

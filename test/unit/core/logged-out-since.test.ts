import { beforeEach, describe, expect, test } from 'vitest';
import { namedIdentity } from '../../../src/core/identity.js';
import { inCore, laneOf, logOutAndForget, hearsOfLogout } from '../support/logged-out.js';
import type { VirtualPage } from '../support/virtual-page.js';
import type { VirtualWorker } from '../support/virtual-worker.js';
import { rejects, World } from '../support/world.js';

let world: World;

beforeEach(() => {
  world = new World();
});

const tokenOf = async (of: VirtualPage): Promise<string | undefined> =>
  (await world.clock.until(of.fetch())).token;

/** As the engine: after loggedOut it gives nothing until tokenRefreshed. */
function heeds(of: VirtualPage): void {
  const give = of.provider;
  of.provider = (...asked) => {
    const last = of.events.filter(({ name }) => /^(loggedOut|tokenRefreshed)$/.test(name)).at(-1);
    if (last?.name === 'loggedOut' && asked[0]?.reason !== 'forced') throw new Error('logged out');
    return give(...asked);
  };
}
/** In another page, which all of hers are told of. */
async function annLogsInAndOut(): Promise<void> {
  const again = await world.registeredPage('again', world.gives('ann'));
  await again.sendsToken();
  await logout(again);
}

const logout = (p: VirtualPage): Promise<unknown> => world.clock.until(p.say({ type: 'logout' }));

test('a page that was ann’s and has registered for bob hears nothing of ann', async () => {
  const p = await world.registeredPage('p', world.gives('ann'));
  await logOutAndForget(world, p);
  expect(await tokenOf(p)).toBeUndefined();
  await world.clock.advance(5000);
  p.provider = world.gives('bob');
  await world.clock.until(p.register());
  const n = p.events.length;
  await annLogsInAndOut();
  expect(p.events.slice(n)).toEqual([]);
});

test('nor does one whose new token says nothing of its user', async () => {
  const p = await world.registeredPage('p', world.gives('ann'));
  await logOutAndForget(world, p);
  expect(await tokenOf(p)).toBeUndefined();
  p.provider = () => world.mintOpaque();
  await world.clock.until(p.register());
  await p.sendsToken();
  const n = p.events.length;
  await annLogsInAndOut();
  expect(p.events.slice(n)).toEqual([]);
});

test('nor one that has got a token of its own by force', async () => {
  const p = await world.registeredPage('p', world.gives('ann'));
  await logOutAndForget(world, p);
  expect(await tokenOf(p)).toBeUndefined();
  await world.clock.advance(70_000);
  p.provider = () => world.mintOpaque();
  hearsOfLogout(p);
  const { token } = await world.clock.until(p.say({ type: 'getToken', forceRefresh: true }));
  expect(token).toBe(world.token(-1));
  const n = p.events.length;
  await annLogsInAndOut();
  expect(p.events.slice(n)).toEqual([]);
});

test('a page whose token was its own alone backs off while it is logged out', async () => {
  const p = await world.registeredPage('p', () => world.mintOpaque());
  await logOutAndForget(world, p);
  for (let i = 0; i < 10; i++) expect(await tokenOf(p)).toBeUndefined();
  expect(p.calls.length).toBeLessThan(4);
});

test('and after it has registered anew', async () => {
  const p = await world.registeredPage('p', () => world.mintOpaque());
  await logOutAndForget(world, p);
  await tokenOf(p);
  p.provider = rejects;
  await world.clock.until(p.register());
  const n = p.calls.length;
  for (let i = 0; i < 10; i++) await tokenOf(p);
  expect(p.calls.length - n).toBeLessThan(3);
});

test('a page of a named identity is told of the login too', async () => {
  const p = await world.registeredPage('p', world.gives('ann'), 'ann');
  await logOutAndForget(world, p);
  expect(await tokenOf(p)).toBeUndefined();
  const again = await world.registeredPage('again', world.gives('ann'), 'ann');
  await again.sendsToken();
  await world.clock.advance(600_000);
  await again.sendsToken();
  expect(await tokenOf(p)).toBeDefined();
});

test('and one whose provider gave the very token that another had', async () => {
  const shared = world.mint('ann');
  const q = await world.registeredPage('q', () => shared);
  await q.sendsToken();
  const p = await world.registeredPage('p', () => shared);
  await p.sendsToken();
  await logout(q);
  hearsOfLogout(p);
  world.store.record = undefined;
  world.restartWorker();
  expect(await tokenOf(p)).toBeUndefined();
  q.provider = world.gives('ann');
  await world.clock.advance(61_000);
  await world.clock.until(q.register());
  await q.sendsToken();
  await world.clock.advance(61_000);
  expect(await tokenOf(p)).toBeDefined();
});

test('logged out, asked by force, and then bob’s, whose token is there: it goes on when bob’s other pages are gone', async () => {
  const ofBob = world.mint('bob', 180);
  let bobs = ofBob;
  const b = await world.registeredPage('b', () => bobs);
  await b.sendsToken();
  const p = await world.registeredPage('p', world.gives('ann'));
  await p.sendsToken();
  await logout(p);
  p.provider = () => bobs;
  hearsOfLogout(p);
  const { token } = await world.clock.until(p.say({ type: 'getToken', forceRefresh: true }));
  expect(token).toBe(ofBob);
  b.state = 'closed';
  await world.clock.advance(200_000);
  bobs = world.mint('bob');
  expect(await tokenOf(p)).toBe(bobs);
});

test('a logout in another core counts as later than a registration, though the clock was set back between them', async () => {
  const a = world.openPage('a', world.gives('ann'));
  const lane = laneOf(world, a);
  await inCore(world, lane, () => a.register('ann'));
  await inCore(world, lane, () => a.fetch());
  await world.clock.advance(10_000);
  const p = await world.registeredPage('p', world.gives('ann'), 'ann');
  heeds(p);
  await p.sendsToken();
  await world.clock.advance(1000);
  world.clock.deviceErrorMs = -8000;
  await inCore(world, lane, () => a.say({ type: 'logout' }));
  await world.clock.advance(100);
  expect(p.eventsNamed('loggedOut')).toHaveLength(1);
  expect(await tokenOf(p)).toBeUndefined();
});

test('a page that says that it registers in the future is logged out like others', async () => {
  const p = await world.registeredPage('p', undefined);
  p.provider = () => ({ token: world.mint('ann'), registeredAt: 8e15 });
  await p.sendsToken();
  const q = await world.registeredPage('q', world.gives('ann'));
  await q.sendsToken();
  await world.clock.advance(1000);
  await logout(q);
  expect(await tokenOf(p)).toBeUndefined();
  expect(await tokenOf(q)).toBeUndefined();
});

test('and one whose clock was ahead when it did, when the store is lost', async () => {
  const registeredAt = world.nowSeconds() * 1000;
  const p = await world.registeredPage('p', undefined);
  p.provider = () => ({ token: world.mint('ann'), registeredAt });
  world.store.record = undefined;
  world.clock.deviceErrorMs = -3_000_000;
  world.restartWorker();
  const q = world.openPage('q', world.gives('ann'));
  const lane = laneOf(world, q);
  heeds(p);
  await p.sendsToken();
  await inCore(world, lane, () => q.register());
  await inCore(world, lane, () => q.fetch());
  await world.clock.advance(5000);
  await inCore(world, lane, () => q.say({ type: 'logout' }));
  await world.clock.advance(100);
  expect(p.eventsNamed('loggedOut')).toHaveLength(1);
  expect(await tokenOf(p)).toBeUndefined();
});

test('without a channel, an unknown page that logs out keeps closed what another core has closed', async () => {
  world.hasChannel = false;
  const p = await world.registeredPage('p', world.gives('ann'));
  heeds(p);
  await p.sendsToken();
  const a = world.openPage('a', world.gives('ann'));
  const lane = laneOf(world, a);
  await inCore(world, lane, () => a.register());
  await inCore(world, lane, () => a.fetch());
  const u = await world.registeredPage('u', rejects);
  await tokenOf(u);
  await inCore(world, lane, () => a.say({ type: 'logout' }));
  await logout(u);
  world.restartWorker();
  const n = p.calls.length;
  expect(await tokenOf(p)).toBeUndefined();
  expect(p.calls.length).toBe(n);
});

describe('while the word of a logout is on its way from another core', () => {
  let early: VirtualPage;

  beforeEach(async () => {
    early = await world.registeredPage('early', world.gives('ann'), 'ann');
    heeds(early);
    await early.sendsToken();
  });

  /** In a lane, whose write takes long enough for somebody to register here. */
  async function logOutElsewhere(registersMeanwhile: VirtualPage, identity: string): Promise<void> {
    const a = world.openPage('a', world.gives('ann'));
    const lane = laneOf(world, a);
    await inCore(world, lane, () => a.register('ann'));
    world.store.writeMs = 500;
    const { worker } = world;
    world.worker = lane;
    const leaving = a.say({ type: 'logout' });
    world.worker = worker;
    await world.clock.advance(100);
    await world.clock.until(Promise.all([leaving, registersMeanwhile.register(identity)]));
    await world.clock.advance(1000);
  }

  test('a page of its user registers: it is over for the others here too, which are told nothing', async () => {
    await logOutElsewhere(world.openPage('late', world.gives('ann')), 'ann');
    expect(early.eventsNamed('loggedOut')).toEqual([]);
    expect(await tokenOf(early)).toBe(world.token(-1));
  });

  test('a page of another user registers: it stands', async () => {
    await logOutElsewhere(world.openPage('bob', world.gives('bob')), 'bob');
    expect(early.eventsNamed('loggedOut')).toHaveLength(1);
    expect(await tokenOf(early)).toBeUndefined();
  });
});

describe('what the lane of another page of hers does', () => {
  let page: VirtualPage;
  let a: VirtualPage;
  let lane: VirtualWorker;

  const names = (): string[] => page.events.map(({ name }) => name).filter((name) => name !== 'refreshError');

  const someoneElseComesBack = async (): Promise<void> => {
    const bob = await world.registeredPage('bob', world.gives('bob'), 'bob');
    await bob.say({ type: 'hello' });
  };

  beforeEach(async () => {
    page = await world.registeredPage('page', world.gives('ann'), 'ann');
    a = world.openPage('a', world.gives('ann'));
    lane = laneOf(world, a);
    await inCore(world, lane, () => a.register('ann'));
  });

  test('is told to this core’s pages each time', async () => {
    await inCore(world, lane, () => a.fetch());
    await world.clock.advance(100);
    await inCore(world, lane, () => a.say({ type: 'getToken', forceRefresh: true }));
    await world.clock.advance(100);
    await inCore(world, lane, () => a.say({ type: 'logout' }));
    await world.clock.advance(100);
    expect(names()).toEqual(['tokenRefreshed', 'tokenRefreshed', 'loggedOut']);
  });

  test('is not told twice: nor by a worker that begins, whom somebody sends a word of nothing new', async () => {
    await inCore(world, lane, () => a.fetch());
    await world.clock.advance(100);
    const word = world.announcements.at(-1)!;
    world.worker.hear(word);
    await world.clock.advance(100);
    world.restartWorker();
    world.worker.hear(word);
    await world.clock.advance(100);
    expect(names()).toEqual(['tokenRefreshed']);
  });

  test('is not told twice where it was a logout, which is read again for another’s sake', async () => {
    await inCore(world, lane, () => a.say({ type: 'logout' }));
    await world.clock.advance(100);
    await someoneElseComesBack();
    world.worker.hear(world.announcements.at(-1)!);
    await world.clock.advance(100);
    expect(names()).toEqual(['loggedOut']);
  });

  test('is told once, though a word of it comes while it is being stored here', async () => {
    world.store.writeMs = 500;
    const answer = page.fetch();
    await world.clock.advance(100);
    world.worker.hear({ identity: namedIdentity('ann'), reason: 'forced' });
    await world.clock.until(answer);
    await world.clock.advance(1000);
    expect(names()).toEqual(['tokenRefreshed']);
  });

  test('a second logout is told to who has registered since the first, which another core has undone', async () => {
    await inCore(world, lane, () => a.say({ type: 'logout' }));
    await world.clock.advance(1000);
    await inCore(world, lane, () => a.register('ann'));
    await world.clock.advance(1000);
    // This core reads of it for another's sake.
    await someoneElseComesBack();
    const late = await world.registeredPage('late', world.gives('ann'), 'ann');
    await inCore(world, lane, () => a.say({ type: 'logout' }));
    await world.clock.advance(1000);
    expect(await tokenOf(late)).toBeUndefined();
    expect(late.eventsNamed('loggedOut')).toHaveLength(1);
  });

  test('is no new token where it has opened again what was logged out, and has none yet', async () => {
    await inCore(world, lane, () => a.say({ type: 'logout' }));
    await world.clock.advance(100);
    await inCore(world, lane, () => a.register('ann'));
    lane.core.platform.announce({ identity: namedIdentity('ann'), reason: 'initial' });
    await world.clock.advance(100);
    expect(names()).toEqual(['loggedOut']);
  });

  /** This core hears of it after it has seen it in the store. */
  async function seenBeforeTheWord(
    act: () => Promise<unknown>,
    see: () => Promise<unknown>,
    then: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    const before = world.announcements.length;
    world.hasChannel = false;
    await inCore(world, lane, act);
    await world.clock.until(see());
    await world.clock.until(then());
    for (const message of world.announcements.slice(before)) world.worker.hear(message);
    await world.clock.advance(100);
  }

  test('of a logout, seen before the word of it comes: its pages are told', async () => {
    await page.sendsToken();
    await seenBeforeTheWord(() => a.say({ type: 'logout' }), someoneElseComesBack);
    expect(page.eventsNamed('loggedOut')).toHaveLength(1);
  });

  test('of a new token, seen before the word of it comes: its pages are told', async () => {
    await seenBeforeTheWord(() => a.fetch(), someoneElseComesBack);
    expect(names()).toEqual(['tokenRefreshed']);
  });

  test('of a new token, seen as all is read anew, as a lane does that was frozen: its pages are told', async () => {
    const { registry } = world.worker.core;
    await seenBeforeTheWord(
      () => a.fetch(),
      () => (registry.load(), registry.ready),
    );
    expect(names()).toEqual(['tokenRefreshed']);
  });

  test('of a new token, seen before a refresh fails here, and the word of it comes after: its pages are told', async () => {
    const refreshFails = (): Promise<unknown> => {
      page.provider = a.provider = rejects;
      return page.say({ type: 'getToken', forceRefresh: true }).catch(() => undefined);
    };
    await seenBeforeTheWord(() => a.fetch(), someoneElseComesBack, refreshFails);
    expect(page.eventsNamed('refreshError')).toHaveLength(1);
    expect(names()).toEqual(['tokenRefreshed']);
  });
});

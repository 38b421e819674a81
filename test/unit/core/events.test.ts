import { beforeEach, describe, expect, test } from 'vitest';
import { secretsOf } from '../support/jwt.js';
import type { VirtualPage } from '../support/virtual-page.js';
import { rejects, World } from '../support/world.js';

let world: World;
let one: VirtualPage;
let other: VirtualPage;
let stranger: VirtualPage;

beforeEach(async () => {
  world = new World();
  one = await world.registeredPage('one', world.gives('ann'), 'ann');
  other = await world.registeredPage('other', world.gives('ann'), 'ann');
  stranger = await world.registeredPage('stranger', world.gives('bob'), 'bob');
});

describe('every page of the identity is told, no other', () => {
  test('tokenRefreshed, with when it expires, why, and whose', async () => {
    await world.clock.until(one.fetch());
    const detail = { expiresAt: world.nowSeconds() + 180, reason: 'initial', identity: 'ann' };
    expect(one.events).toEqual([{ name: 'tokenRefreshed', detail }]);
    expect(other.events).toEqual(one.events);
    expect(stranger.events).toEqual([]);
  });

  test('of an opaque token it is not known when it expires', async () => {
    one.provider = () => world.mintOpaque();
    await world.clock.until(one.fetch());
    expect(one.events[0]!.detail['expiresAt']).toBeNull();
  });

  test('refreshError, with when it is tried again, and reauthRequired once', async () => {
    one.provider = rejects;
    other.provider = rejects;
    await world.clock.until(one.fetch());
    for (let seconds = 0; seconds < 20; seconds++) {
      await world.clock.until(other.fetch());
      await world.clock.advance(1000);
    }
    const reauth = [{ code: 'provider-rejected' }];
    expect([one.eventsNamed('reauthRequired'), other.eventsNamed('reauthRequired')]).toEqual([
      reauth,
      reauth,
    ]);
    const errors = one.eventsNamed('refreshError');
    expect(errors.length).toBeGreaterThan(2);
    expect(errors[0]).toEqual({ code: 'provider-rejected', willRetryAt: errors[0]!['willRetryAt'] });
    expect(other.eventsNamed('refreshError')).toEqual(errors);
    expect(stranger.events).toEqual([]);
  });

  test('the next call is not before willRetryAt, and soon after it', async () => {
    one.provider = rejects;
    other.provider = rejects;
    await world.clock.until(one.fetch());
    const retryAtMs = (one.eventsNamed('refreshError')[0]!['willRetryAt'] as number) * 1000;
    await world.clock.advance(retryAtMs - world.clock.trueNowMs() - 1);
    await world.clock.until(one.fetch());
    expect(one.calls).toHaveLength(1);
    await world.clock.advance(1);
    await world.clock.until(one.fetch());
    expect(one.calls).toHaveLength(2);
  });

  test('also beside a frame without this library, which said nothing of whose it is', async () => {
    const frame = world.openPage('frame');
    frame.hasLibrary = false;
    await world.clock.until(frame.fetch());
    await one.sendsToken();
    expect(one.eventsNamed('tokenRefreshed')).toHaveLength(1);
    expect(other.eventsNamed('tokenRefreshed')).toHaveLength(1);
    expect(frame.events).toEqual([]);
  });

  test('loggedOut: the others hear of it; the page that did it knows', async () => {
    await world.clock.until(one.say({ type: 'logout' }));
    expect(other.events).toEqual([{ name: 'loggedOut', detail: { origin: 'remote' } }]);
    expect(one.events).toEqual([]);
    expect(stranger.events).toEqual([]);
  });

  test('a page that moved to another identity hears of that one, and of the former no more', async () => {
    const moving = await world.registeredPage('moving', world.gives('carol'));
    await world.clock.until(moving.fetch());
    moving.provider = world.gives('dave');
    await world.clock.until(moving.say({ type: 'getToken', forceRefresh: true }));
    const former = moving.eventsNamed('tokenRefreshed').map(({ identity }) => identity);
    expect(new Set(former).size).toBe(2);
    const stays = await world.registeredPage('stays', world.gives('carol'));
    await world.clock.until(stays.fetch());
    moving.events.length = 0;
    await world.clock.until(stays.say({ type: 'getToken', forceRefresh: true }));
    expect(moving.events).toEqual([]);
  });

  test('requestSkipped is for the page whose request it was', async () => {
    one.provider = rejects;
    other.provider = rejects;
    await world.clock.until(one.fetch());
    expect(one.eventsNamed('requestSkipped')).toHaveLength(1);
    expect(other.eventsNamed('requestSkipped')).toHaveLength(0);
  });

  test('a dedicated worker whose request was skipped is told nothing: it did not ask', async () => {
    const token = await one.sendsToken();
    stranger.state = 'closed';
    const worker = world.openWorker('w1');
    world.server.refused.add(token);
    expect(await world.clock.until(worker.fetch('/api/x', { streams: true }))).toMatchObject({
      status: 401,
      token,
    });
    expect(worker.events).toEqual([]);
  });

  test('a silent frame whose request was skipped is told nothing: it has no ears', async () => {
    const frame = world.openPage('frame');
    frame.hasLibrary = false;
    await world.clock.until(frame.fetch());
    expect(frame.events).toEqual([]);
  });
});

test('pages of another core are told by announcement, each once', async () => {
  const second = world.addCore();
  await world.clock.settle();
  world.worker.kill();
  world.worker = second;
  await world.clock.until(one.fetch());
  expect(other.eventsNamed('tokenRefreshed')).toHaveLength(1);
});

test('no event and no announcement has any part of a token, whatever happens', async () => {
  world = new World({ tokenResponseHeader: 'X-acpt' });
  world.server.tellsTime = true;
  world.addCore();
  const pages = [
    await world.registeredPage('p1', world.gives('ann'), 'ann'),
    await world.registeredPage('p2', world.gives('ann')),
    await world.registeredPage('p3', () => world.mintOpaque()),
    await world.registeredPage('p4', world.gives('ann'), 'ann'),
  ];
  const send = () =>
    world.clock.until(
      Promise.all(
        pages.flatMap((page) => [
          page.fetch(`/api/x?jwt=${world.tokens.at(-1) ?? ''}#${world.tokens.at(-1) ?? ''}`),
          page.fetch('/api/up', { streams: true }),
          page.fetch('/api/end', { keepalive: true }),
        ]),
      ),
    );
  await send();
  world.server.respond = () => ({ status: 200, headers: { 'X-acpt': world.mint('ann', 900) } });
  await send();
  world.server.respond = () => undefined;
  for (const token of world.tokens) world.server.refused.add(token);
  await send();
  const lie = world.mint('ann', -100);
  for (const page of pages) page.provider = () => lie;
  await world.clock.advance(1000_000);
  await send();
  for (const page of pages) {
    page.provider = () => Promise.reject(new Error(`cannot replace ${lie}`));
    await world.clock.advance(60_000);
    await send();
    await world.clock.until(page.say({ type: 'getToken', forceRefresh: true }).catch(() => undefined));
    await world.clock.until(page.say({ type: 'logout' }));
  }
  const names = new Set(world.notices.map(({ name }) => name));
  expect(names).toEqual(
    new Set(['tokenRefreshed', 'refreshError', 'reauthRequired', 'requestSkipped', 'loggedOut']),
  );
  const said = JSON.stringify([world.notices, world.announcements]);
  expect(world.tokens.length).toBeGreaterThan(10);
  expect(world.announcements.length).toBeGreaterThan(10);
  for (const secret of world.tokens.flatMap(secretsOf)) expect(said).not.toContain(secret);
});

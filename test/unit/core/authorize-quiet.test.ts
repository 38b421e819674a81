import { describe, expect, test, vi } from 'vitest';
import { World } from '../support/world.js';

describe('a response that brings no newer token', () => {
  test.each([
    ['has no such header', () => ({})],
    ['has the token that was sent', (world: World) => ({ 'X-acpt': world.token(0) })],
  ])('but %s: the server is not asked for the time', async (_what, headers) => {
    const world = new World({ tokenResponseHeader: 'X-acpt' });
    const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
    await world.clock.until(page.fetch());
    await world.clock.advance(100_000);
    const asked = vi.spyOn(world.server, 'timeMs');
    world.server.respond = () => ({ status: 200, headers: headers(world) });
    await world.clock.until(page.fetch());
    await world.clock.settle();
    expect(asked).not.toHaveBeenCalled();
  });
});

test('a newer token in a response, issued for it: the server is not asked for the time, the pages are told why', async () => {
  const world = new World({ tokenResponseHeader: 'X-acpt' });
  const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
  await world.clock.until(page.fetch());
  await world.clock.advance(10_000);
  const asked = vi.spyOn(world.server, 'timeMs');
  world.server.respond = () => ({ status: 200, headers: { 'X-acpt': world.mint('ann') } });
  await world.clock.until(page.fetch());
  await world.clock.settle();
  expect(asked).not.toHaveBeenCalled();
  expect(page.eventsNamed('tokenRefreshed').at(-1)).toMatchObject({ reason: 'expiring' });
});

test('a redirect whose end is not told is not taken for one that leads outside', async () => {
  const world = new World();
  const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
  world.server.respond = () => ({ status: 200, redirected: true });
  expect((await world.clock.until(page.fetch())).status).toBe(200);
  expect(page.eventsNamed('requestSkipped')).toEqual([]);
});

test('a page opens while a worker’s request is refused: it is asked whose it is, and the request is sent again', async () => {
  const world = new World();
  const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
  const worker = world.openWorker('w1');
  world.server.refused.add(await page.sendsToken());
  world.server.takesMs = 1000;
  const waiting = worker.fetch();
  await world.clock.advance(500);
  world.openPage('p2', world.gives('ann')).identity = 'ann';
  expect((await world.clock.until(waiting)).status).toBe(200);
});

test('an error that is none of this library’s own is not hidden: the request is not sent without a token', async () => {
  const world = new World();
  const page = await world.registeredPage('p1', world.gives('ann'), 'ann');
  const ready = Promise.reject<void>(new Error('a defect'));
  ready.catch(() => undefined);
  world.worker.core.registry.ready = ready;
  await expect(world.clock.until(page.fetch())).rejects.toThrow('a defect');
  expect(world.server.received).toEqual([]);
});

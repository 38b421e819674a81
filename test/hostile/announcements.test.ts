import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { webPlatform } from '../../src/web/web-platform.js';
import { workerClients } from '../../sw/worker-clients.js';
import { subOf } from '../unit/support/jwt.js';
import { World } from '../unit/support/world.js';
import { runsOfMessages } from './support/amount.js';
import { mutated } from './support/mutated.js';

const announcement = mutated(
  fc.record({
    bearerWorker: fc.constant(1),
    identity: fc.constantFrom('id:ann', 'claims:x', 'client:bob', 'id:nobody', '__proto__'),
    reason: fc.constantFrom('forced', 'initial', 'because'),
  }),
);

/** The channel of the scope, as anyone of the origin can open it. */
class FakeBroadcastChannel extends EventTarget {
  static last: FakeBroadcastChannel;

  constructor() {
    super();
    FakeBroadcastChannel.last = this;
  }
}

beforeEach(() => {
  vi.stubGlobal('BroadcastChannel', FakeBroadcastChannel);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test('hostile announcements write nothing, tell no page anything and are not passed on; the real one still counts', async () => {
  const world = new World();
  const ann = await world.registeredPage('ann', world.gives('ann'), 'ann');
  const bob = await world.registeredPage('bob', world.gives('bob'));
  for (const page of [ann, bob]) await page.sendsToken();
  const platform = webPlatform('https://app.example/', 'https://app.example/', workerClients);
  platform.onAnnouncement((message) => world.worker.hear(message as Parameters<typeof world.worker.hear>[0]));
  const counts = { messages: 0, heard: 0 };
  const readsBefore = world.store.reads;
  const post = (message: unknown): void => {
    const data: unknown = structuredClone(message);
    const { bearerWorker, identity } = { ...(data as Record<string, unknown> | null) };
    counts.messages++;
    counts.heard += Number(bearerWorker === 1 && typeof identity === 'string');
    FakeBroadcastChannel.last.dispatchEvent(Object.assign(new Event('message'), { data }));
  };
  const state = (): unknown => [
    world.store.text(),
    world.notices.length,
    world.announcements.length,
    world.worker.core.registry.slots.size,
    world.worker.core.registry.clients.size,
    world.providerCalls(),
  ];
  const before = state();
  const perRun = 20;
  const batch = fc.array(announcement, { minLength: perRun, maxLength: perRun });
  await fc.assert(
    fc.asyncProperty(batch, async (messages) => {
      messages.forEach(post);
      await world.clock.settle();
      expect(state()).toEqual(before);
    }),
    runsOfMessages('announcements', 0.03, perRun),
  );
  console.log(`announcements: ${counts.messages} messages, ${counts.heard} reasons to look into the store`);
  expect(world.store.reads - readsBefore).toBe(counts.heard);
  expect(counts.heard / counts.messages).toBeGreaterThan(0.25);

  const other = world.addCore();
  await world.clock.settle();
  ann.events.length = 0;
  world.worker = other;
  await world.clock.until(ann.say({ type: 'getToken', forceRefresh: true }));
  await world.clock.settle();
  expect(ann.eventsNamed('tokenRefreshed')).toHaveLength(2);
  expect(subOf(await bob.sendsToken())).toBe('bob');
});

import fc from 'fast-check';
import { MOODS, type Mood } from './client.js';
import type { World } from './world.js';

interface Step {
  readonly tab: number;
  readonly thenMs: number;
}

export type Action = Step &
  (
    | {
        readonly kind:
          'register' | 'request' | 'burst' | 'rush' | 'worker-request' | 'force' | 'logout' | 'kill' | 'back';
      }
    | { readonly kind: 'revoke' | 'switch' | 'freeze' | 'close' | 'status' | 'lane' }
    | { readonly kind: 'mood'; readonly mood: Mood }
    | { readonly kind: 'jump'; readonly byMs: number }
  );

/** From "at once" to "after an hour asleep". */
const pause = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 70_000 }) },
  { weight: 1, arbitrary: fc.constant(3_600_000) },
);

const step = { tab: fc.nat({ max: 7 }), thenMs: pause };
const plain = (
  weight: number,
  kind: Exclude<Action['kind'], 'mood' | 'jump'>,
): fc.WeightedArbitrary<Action> => ({
  weight,
  arbitrary: fc.record({ kind: fc.constant(kind), ...step }),
});

export const actionArbitrary: fc.Arbitrary<Action> = fc.oneof(
  plain(6, 'register'),
  plain(12, 'request'),
  plain(4, 'burst'),
  plain(4, 'rush'),
  plain(2, 'worker-request'),
  plain(2, 'force'),
  plain(2, 'logout'),
  plain(3, 'kill'),
  plain(1, 'back'),
  plain(3, 'revoke'),
  plain(2, 'switch'),
  plain(2, 'freeze'),
  plain(1, 'close'),
  plain(1, 'status'),
  plain(2, 'lane'),
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('mood' as const), mood: fc.constantFrom(...MOODS), ...step }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('jump' as const),
      byMs: fc.constantFrom(-3_600_000, 3_600_000, 0),
      ...step,
    }),
  },
);

export function perform(world: World, action: Action): void {
  const client = world.clients.get(`tab${action.tab}`) ?? world.clients.get('tab0');
  if (!client) return;
  const core = world.coreOf(client.id);
  const ignore = (): undefined => undefined;
  world.log(`→ ${action.kind} ${client.id}${'mood' in action ? ` ${action.mood}` : ''}`);
  switch (action.kind) {
    case 'register':
      client.open = true;
      world.freeze(client, false);
      return void world.register(client);
    case 'request':
      return client.open && !client.frozen ? void world.request(client) : undefined;
    case 'burst':
      for (let count = 0; client.open && !client.frozen && count < 10; count++) void world.request(client);
      return;
    case 'rush':
      for (const each of world.clients.values()) if (each.open && !each.frozen) void world.request(each);
      return;
    case 'worker-request': {
      const worker = world.clients.get('dedicated');
      return worker && void world.request(worker);
    }
    case 'force':
      return client.registered && !client.frozen
        ? void core.carryOut(client.id, { type: 'getToken', forceRefresh: true }).catch(ignore)
        : undefined;
    case 'logout':
      return client.registered && !client.frozen ? void world.logout(client) : undefined;
    case 'kill':
      return world.killWorker();
    case 'back':
      if (client.frozen) return;
      return void core.carryOut(client.id, { type: 'hello', register: false }).catch(ignore);
    case 'revoke':
      return world.issuer.revoke(client.user);
    case 'switch':
      client.user = client.user === 'foo/ann' ? 'foo/bob' : 'foo/ann';
      return;
    case 'freeze':
      return world.freeze(client, !client.frozen);
    case 'close':
      return world.close(client);
    case 'status':
      if (client.frozen) return;
      return void core.carryOut(client.id, { type: 'getStatus' }).catch(ignore);
    case 'lane':
      return client.open && !client.frozen ? world.switchLane(client) : undefined;
    case 'mood':
      client.mood = action.mood;
      return;
    case 'jump':
      world.clockOffsetMs = action.byMs;
      return;
  }
}

import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isTokenInjectorError } from '../../src/core/errors.js';
import { ANSWERS, read, seal } from '../../src/core/protocol.js';
import { workerClients } from '../../sw/worker-clients.js';
import { jwt, subOf } from '../unit/support/jwt.js';
import { World } from '../unit/support/world.js';
import { runsOfMessages } from './support/amount.js';
import { isBearerToken } from './support/bearer-token.js';
import { FakeChannel, type FakePort } from './support/fake-channel.js';
import { PLANTED } from './support/hostile-value.js';
import { goodMessage } from './support/message.js';
import { mutated } from './support/mutated.js';

/** The virtual world's time begins with it. */
const NOW = Date.UTC(2026, 0, 15, 12) / 1000;

const answer = mutated(
  fc.oneof(
    { weight: 1, arbitrary: goodMessage(ANSWERS) },
    {
      weight: 4,
      arbitrary: fc.record({
        bearerWorker: fc.constant(1),
        type: fc.constant('answer'),
        token: fc.constantFrom(
          jwt({ sub: 'eve', iat: NOW, exp: NOW + 180 }),
          jwt({ sub: 'eve', iat: NOW, exp: NOW + 900 }),
          jwt({ sub: 'eve', iat: NOW - 900, exp: NOW - 600 }),
          'opaque-0123456789',
        ),
        identity: fc.constantFrom('', 'eve', 'eve', 'bob'),
        expiresIn: fc.constantFrom(undefined, 60, 3600),
      }),
    },
  ),
);

let world: World;
/** The ports that came with the questions to eve's page. */
let asked: FakePort[];
let answers: readonly unknown[];

beforeEach(() => {
  vi.stubGlobal('MessageChannel', FakeChannel);
  const eve = {
    postMessage(_message: unknown, [port]: FakePort[] = []): void {
      if (!port) return;
      asked.push(port);
      for (const each of answers) port.postMessage(each);
    },
  };
  const get = (id: string): Promise<unknown> => Promise.resolve(id === 'eve' ? eve : undefined);
  vi.stubGlobal('self', { clients: { get } });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** bob's page answers by the virtual world, eve's by the worker's own code and a channel. */
async function openWorld(): Promise<void> {
  world = new World();
  asked = [];
  await (await world.registeredPage('bob', world.gives('bob'), 'bob')).sendsToken();
  await world.registeredPage('eve');
  const { clients } = world.worker.core.platform;
  const virtual = { ...clients };
  clients.ask = (id, ...question) => (id === 'eve' ? workerClients : virtual).ask(id, ...question);
}

function slotsText(): string {
  return JSON.stringify(
    [...world.worker.core.registry.slots.values()].map((slot) => [slot.identity, slot.token]),
  );
}

test('hostile answers of a page that was asked: a token that is one, in the slot that it names, or a typed error', async () => {
  const counts = { messages: 0, taken: 0, refused: 0 };
  const check = async (batch: readonly unknown[]): Promise<void> => {
    answers = batch;
    await openWorld();
    const eve = world.pages.get('eve')!;
    await world.clock.until(eve.fetch(), 120_000);
    const outcome = await world.clock
      .until(eve.say({ type: 'getToken', forceRefresh: true }), 120_000)
      .catch((error: unknown) => error);
    counts.messages += batch.length;
    if (isTokenInjectorError(outcome)) counts.refused++;
    else if (isBearerToken(Reflect.get(outcome as object, 'token'))) counts.taken++;
    else throw outcome;

    const heard = batch.map((each) => read(ANSWERS, each));
    const saysItIsBob = heard.some((each) => each?.type === 'answer' && each.identity === 'bob');
    const given = heard.map((each) => (each?.type === 'answer' ? each.token : undefined));
    for (const { identity, token } of world.worker.core.registry.slots.values()) {
      if (!token) continue;
      expect(isBearerToken(token.value)).toBe(true);
      expect([...given, ...world.tokens]).toContain(token.value);
      if (identity === 'id:bob' && !saysItIsBob) expect(subOf(token.value)).toBe('bob');
    }

    // The questions are settled: their ports lead nowhere.
    const settled = slotsText();
    for (const port of asked) port.postMessage(seal({ type: 'answer', token: PLANTED, identity: 'bob' }));
    await world.clock.settle();
    expect(slotsText()).toBe(settled);

    answers = [seal({ type: 'answer', token: world.mint('eve'), identity: '' })];
    await world.clock.until(eve.register());
    await world.clock.advance(1000);
    expect(await eve.sendsToken()).toBe(world.token(-1));
  };
  const batch = fc.array(answer, { minLength: 1, maxLength: 5, size: 'max' });
  await fc.assert(fc.asyncProperty(batch, check), runsOfMessages('answers', 0.005, 3));
  const { messages, taken, refused } = counts;
  console.log(`answers: ${messages} messages, ${taken} tokens taken, ${refused} refusals`);
  expect(taken).toBeGreaterThan(messages / 20);
  expect(refused).toBeGreaterThan(messages / 20);
});

import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { COMMANDS, read } from '../../src/core/protocol.js';
import type { SlotRecord } from '../../src/core/slot.js';
import { onMessage } from '../../sw/on-message.js';
import { subOf } from '../unit/support/jwt.js';
import { World } from '../unit/support/world.js';
import { runsOfMessages } from './support/amount.js';
import { hostileMessage } from './support/message.js';

const SCOPE = 'https://app.example/';

class FakeClient {
  constructor(
    readonly id: string,
    readonly url: string,
  ) {}
}

/** Who may have sent a message: pages of the scope, of which one never registered, and others. */
const SENDERS = {
  ann: new FakeClient('ann', `${SCOPE}ann`),
  bob: new FakeClient('bob', `${SCOPE}bob`),
  unregistered: new FakeClient('unregistered', `${SCOPE}x`),
  gone: new FakeClient('gone', `${SCOPE}x`),
  elsewhere: new FakeClient('ann', 'https://app.example.evil.example/'),
  evil: new FakeClient('ann', 'https://evil.example/'),
  worker: { id: 'ann', url: SCOPE },
  nobody: null,
};

type SenderName = keyof typeof SENDERS;

interface State {
  readonly slots: ReadonlyMap<string, SlotRecord>;
}

interface Sent {
  readonly data: unknown;
  readonly sender: SenderName;
  readonly ports: number;
}

const sent: fc.Arbitrary<Sent> = fc.record({
  data: hostileMessage(COMMANDS),
  sender: fc.constantFrom(...(Object.keys(SENDERS) as SenderName[])),
  ports: fc.constantFrom(1, 1, 1, 2, 0),
});

beforeEach(() => {
  vi.stubGlobal('Client', FakeClient);
  vi.stubGlobal('self', { registration: { scope: SCOPE }, clients: { claim: () => Promise.resolve() } });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** ann is known by the name that she gave, bob by his token; both have theirs. */
async function busyWorld(): Promise<World> {
  const world = new World();
  await (await world.registeredPage('ann', world.gives('ann'), 'ann')).sendsToken();
  await (await world.registeredPage('bob', world.gives('bob'))).sendsToken();
  world.openPage('unregistered').hasLibrary = false;
  return world;
}

function isOfScope(sender: SenderName): boolean {
  const source: unknown = SENDERS[sender];
  return source instanceof FakeClient && source.url.startsWith(SCOPE);
}

/** Posts them all without waiting, so that each meets the others half done; says what came by which port. */
async function post(world: World, messages: readonly Sent[]): Promise<unknown[][][]> {
  const waited: Promise<unknown>[] = [];
  const replies = messages.map(({ data, sender, ports }) => {
    const heard = Array.from({ length: ports }, (): unknown[] => []);
    const event = {
      data: structuredClone(data),
      source: SENDERS[sender],
      ports: heard.map((list) => ({ postMessage: (reply: unknown) => list.push(structuredClone(reply)) })),
      waitUntil: (promise: Promise<unknown>) => waited.push(promise),
    };
    onMessage(event, world.worker.core);
    return heard;
  });
  await world.clock.until(Promise.all(waited), 600_000);
  return replies;
}

/** Whose token a page may be given: its own; and ann's, once it has given her name as its own. */
function mayHave(messages: readonly Sent[], sender: SenderName, sub: string | undefined): boolean {
  const saysItIsAnn = messages.some(({ data, ...from }) => {
    const command = read(COMMANDS, data);
    return from.sender === sender && command?.type === 'hello' && command.identity === 'ann';
  });
  return sub === sender || (sub === 'ann' && saysItIsAnn);
}

test('hostile messages to the worker plant nothing, read nothing out, and are answered by the port of a command only', async () => {
  const counts = { messages: 0, commands: 0, tokens: 0 };
  const check = async (messages: readonly Sent[]): Promise<void> => {
    const world = await busyWorld();
    const replies = await post(world, messages);
    messages.forEach(({ data, sender, ports }, at) => {
      const [first = [], ...others] = replies[at]!;
      const command = read(COMMANDS, data);
      const isPage = isOfScope(sender);
      counts.messages++;
      expect(others.flat()).toEqual([]);
      if (!isPage) expect(first).toEqual([]);
      if (!command) {
        const refusals = first.filter((reply) => Reflect.get(Object(reply), 'code') !== 'protocol-mismatch');
        expect(refusals).toEqual([]);
      } else if (isPage && ports > 0) {
        counts.commands++;
        expect(first).toHaveLength(2);
      }
      for (const reply of first) {
        const { token } = reply as { token?: string };
        if (token === undefined) continue;
        counts.tokens++;
        expect(command?.type).toBe('getToken');
        expect(world.tokens).toContain(token);
        expect(mayHave(messages, sender, subOf(token))).toBe(true);
      }
      const said = JSON.stringify(first.filter((reply) => !Reflect.has(reply as object, 'token')));
      for (const token of world.tokens) expect(said).not.toContain(token.slice(-20));
    });
    const stored = (world.store.record as Partial<State> | undefined)?.slots?.values() ?? [];
    const kept = [...world.worker.core.registry.slots.values(), ...stored].map(({ token }) => token?.value);
    for (const value of kept) expect([undefined, ...world.tokens]).toContain(value);

    for (const [name, identity] of [
      ['ann', 'ann'],
      ['bob', undefined],
    ] as const) {
      await world.clock.until(world.pages.get(name)!.register(identity));
      expect(subOf(await world.pages.get(name)!.sendsToken())).toBe(name);
    }
  };
  const perRun = 25;
  const batch = fc.array(sent, { minLength: perRun, maxLength: perRun });
  await fc.assert(fc.asyncProperty(batch, check), runsOfMessages('worker', 0.03, perRun));
  const { messages, commands, tokens } = counts;
  console.log(`worker: ${messages} messages, ${commands} carried out, ${tokens} tokens given`);
  expect(commands / messages).toBeGreaterThan(0.15);
  expect(tokens / messages).toBeGreaterThan(0.005);
});

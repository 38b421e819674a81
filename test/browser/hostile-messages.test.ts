import { expect } from 'vitest';
import type { Tab } from './support/tab.js';
import { findParts } from './support/token-parts.js';
import { ALICE, BOB, test } from './support/world.js';
import type { World } from './support/world.js';

const MESSAGES = 1_000;
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

interface Flood {
  readonly seed: number;
  readonly count: number;
  readonly planted: string;
  readonly scope: string;
  readonly target: 'worker' | 'parent';
}

/** Posts seeded variations of every message there is, to the worker and over its channel; says what was heard. */
async function flood({ seed, count, planted, scope, target }: Flood): Promise<string[]> {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const pick = <T>(from: readonly T[]): T => from[random(from.length)]!;
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const proto: unknown = JSON.parse(`{"__proto__":{"token":"${planted}"}}`);
  const values = [
    undefined,
    null,
    true,
    -1,
    NaN,
    Infinity,
    1e308,
    10n,
    '',
    'x'.repeat(50_000),
    planted,
    [planted],
    new Map([['token', planted]]),
    new Date(NaN),
    new Uint8Array(8),
    new Blob([planted]),
    new Error(planted),
    cyclic,
    proto,
  ];
  const types = [
    'hello',
    'getToken',
    'getStatus',
    'wake',
    'ack',
    'answer',
    'done',
    'failed',
    'ask',
    'event',
    'setToken',
  ];
  const fields = [
    'token',
    'identity',
    'expiresAt',
    'register',
    'forceRefresh',
    'minValiditySeconds',
    'reason',
    'detail',
  ];
  const heard: string[] = [];
  const tell = ({ data }: MessageEvent<unknown>): void => void heard.push(JSON.stringify(data) ?? '');
  const make = (): unknown => {
    if (random(10) === 0) return pick(values);
    const message: Record<string, unknown> = {
      bearerWorker: random(8) === 0 ? pick(values) : 1,
      type: pick(types),
    };
    // A page that says a name is of that name: that is no forgery, so none says alice's.
    for (let extra = random(4); extra > 0; extra--) message[pick(fields)] = pick(values);
    if (message['type'] === 'hello') message['register'] = false;
    return message;
  };
  const channel = new BroadcastChannel(`bearer-worker:${scope}`);
  channel.onmessage = tell;
  addEventListener('message', tell);
  navigator.serviceWorker.addEventListener('message', tell);
  navigator.serviceWorker.startMessages();
  const worker = target === 'worker' ? (await navigator.serviceWorker.ready).active : undefined;
  const post = (message: unknown, transfer: MessagePort[]): void =>
    worker ? worker.postMessage(message, transfer) : parent.postMessage(message, '*', transfer);
  const ports: MessagePort[] = [];
  for (let index = 0; index < count; index++) {
    const message = make();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = tell;
    ports.push(port1);
    post(message, random(10) > 0 ? [port2] : []);
    // The page's recorder writes as JSON what goes over a channel.
    if (random(5) === 0) {
      const identity = pick([undefined, null, 'id:alice', planted, 7, [planted], proto]);
      channel.postMessage({
        bearerWorker: 1,
        type: pick(types),
        identity,
        reason: pick(types),
        token: planted,
      });
    }
    // The port is the worker's now: whatever is said by it answers nothing that was asked.
    port1.postMessage(make());
    if (index % 200 === 199) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (worker) {
    // The worker has heard all that came before once it answers this; by then a refresh that it began may be over too.
    const { port1, port2 } = new MessageChannel();
    const answered = new Promise<void>((resolve) => {
      port1.onmessage = (event: MessageEvent<{ type?: unknown }>) => {
        tell(event);
        if (event.data.type !== 'ack') resolve();
      };
    });
    worker.postMessage({ bearerWorker: 1, type: 'getToken' }, [port2]);
    await answered;
  }
  for (const port of ports) port.close();
  channel.close();
  return heard;
}

/** Nobody has what is not theirs, and alice's requests go on, with tokens of her own. */
async function assertUnharmed(world: World, alice: Tab, planted: string): Promise<void> {
  const { app } = world;
  app.seen.clear();
  expect(await alice.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(await alice.getAccessToken({ forceRefresh: true })).toMatchObject({ ok: true });
  app.issuer.revokeAll();
  expect(await alice.fetch('/api/echo')).toMatchObject({ status: 200 });
  for (const { judgement, authorization } of app.seen.at('/api/echo')) {
    expect(judgement.claims?.sub).toBe(ALICE.sub);
    expect(authorization).not.toContain(`Bearer ${planted}`);
  }
  expect(alice.page.console.filter((line) => line.startsWith('uncaught'))).toEqual([]);
  expect(app.recordedInWorker.filter((line) => /^(error|rejection|console)/.test(line))).toEqual([]);
}

async function victim(world: World): Promise<{ alice: Tab; planted: string; terms: Flood }> {
  console.log(`hostile messages: ${MESSAGES}, seed ${SEED}`);
  // The recorder tells what goes wrong in the worker.
  world.app.workerScript = 'recorded';
  const alice = await world.openTab('a');
  await alice.register();
  expect(await alice.fetch('/api/echo')).toMatchObject({ status: 200 });
  const planted = (await world.app.issuer.issue(BOB, 300)).token;
  return {
    alice,
    planted,
    terms: { seed: SEED, count: MESSAGES, planted, scope: `${world.app.origin}/`, target: 'worker' },
  };
}

function secretsOf({ app }: World, planted: string): string[] {
  const issued = app.issuer.issued.map(({ token }) => token).filter((token) => token !== planted);
  return issued.map((token) => token.split('.')[2]!);
}

test('a thousand hostile messages of a page that never registered, to the worker and its channel: nothing in, nothing out', async ({
  world,
}) => {
  const { alice, planted, terms } = await victim(world);
  const forger = await world.openTab('b', { holder: BOB });
  const heard = await forger.evaluate(flood, terms);
  expect(findParts(secretsOf(world, planted), heard.join('\n'))).toEqual([]);
  expect(heard.length).toBeGreaterThan(MESSAGES / 10);
  expect(forger.page.console.filter((line) => line.startsWith('uncaught'))).toEqual([]);
  await assertUnharmed(world, alice, planted);
});

test('the same from a frame of another origin, to the page around it: no provider is called, nothing is answered', async ({
  world,
}) => {
  const { alice, planted, terms } = await victim(world);
  await alice.forgetEvents();
  const calls = alice.providerCalls.length;
  await alice.evaluate(async (src) => {
    const frame = Object.assign(document.createElement('iframe'), { name: 'evil', src });
    const loaded = new Promise((resolve) => (frame.onload = resolve));
    document.body.append(frame);
    await loaded;
  }, `${world.app.attacker}/landed`);
  const frame = await alice.page.frame('evil');
  expect(await frame.evaluate(() => location.origin)).toBe(world.app.attacker);
  expect(await frame.evaluate(flood, { ...terms, target: 'parent' as const })).toEqual([]);

  expect(await alice.events()).toEqual([]);
  expect(alice.providerCalls).toHaveLength(calls);
  await assertUnharmed(world, alice, planted);
});

test('the same from a page that has registered: it hears no token but its own, and goes on', async ({
  world,
}) => {
  const { alice, planted, terms } = await victim(world);
  const bob = await world.openTab('b', { holder: BOB });
  await bob.register();
  expect(await bob.fetch('/api/echo')).toMatchObject({ status: 200 });
  const heard = await bob.evaluate(flood, terms);
  const signaturesOf = (tab: Tab): string[] =>
    tab.providerCalls.flatMap(({ issued }) => (issued ? [issued.token.split('.')[2]!] : []));
  expect(findParts(signaturesOf(alice), heard.join('\n'))).toEqual([]);
  expect(findParts(signaturesOf(bob), heard.join('\n'))).not.toEqual([]);
  await assertUnharmed(world, alice, planted);
  await bob.register();
  world.app.seen.clear();
  expect(await bob.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(world.app.seen.only('/api/echo').judgement.claims?.sub).toBe(BOB.sub);
});

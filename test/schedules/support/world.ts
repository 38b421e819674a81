import { namedIdentity } from '../../../src/core/identity.js';
import type { Answer, Ask } from '../../../src/core/protocol.js';
import { SimulatedClient } from './client.js';
import { Partition } from './partition.js';
import { createRandom } from './random.js';
import { SimulatedCore, type SimulatedResponse } from './simulated-core.js';
import { Issuer } from './tokens.js';
import { VirtualTime } from './virtual-time.js';

/**
 * The longest that a request may take: a few changes of identity, each with a refresh of 3 × 10 s and small waits,
 * once more after a kill, and once more after a refused token.
 */
const REQUEST_BOUND_MS = 240_000;

/** An announcement takes up to 20 ms, and the look into the store that follows another 5. */
const HEARD_MS = 30;

const USERS = ['foo/ann', 'foo/bob', 'bar/ann'];

interface OpenAsk {
  readonly core: SimulatedCore;
  readonly clientId: string;
  readonly identity: string | undefined;
}

export interface WorldOptions {
  readonly seed: number;
  readonly storage: 'indexeddb' | 'memory';
  readonly lifetimeSeconds: number;
  readonly tabs: number;
}

/** Tabs of three users, a worker that serves them, and the page lane of one tab; with what must always hold. */
export class World {
  readonly time = new VirtualTime();
  readonly random: () => number;
  readonly storage: 'indexeddb' | 'memory';
  readonly partition: Partition;
  readonly issuer = new Issuer();
  readonly clients = new Map<string, SimulatedClient>();
  readonly story: string[] = [];
  clockOffsetMs = 0;
  worker: SimulatedCore;
  readonly lane: SimulatedCore;
  readonly laneTab: string;
  requests = 0;
  providerCalls = 0;
  #openAsks: OpenAsk[] = [];
  #pending = new Set<{ clientId: string; sinceMs: number; restart: () => void }>();
  /** By lane and identity: the tokens of sessions that were ended, which must not be sent any more. */
  readonly #ended = new Map<string, Set<string>>();
  readonly #hellos = new Set<() => void>();
  #violation: Error | undefined;

  constructor({ seed, storage, lifetimeSeconds, tabs }: WorldOptions) {
    this.random = createRandom(seed);
    this.storage = storage;
    this.partition = new Partition(this.time, this.random);
    for (let tab = 0; tab < tabs; tab++) {
      // Most are one user's, so that they meet; some name their identity, few have opaque tokens.
      const user = USERS[Math.floor(this.random() ** 2 * USERS.length)] ?? '';
      const isNamed = this.random() < 0.2;
      const client = new SimulatedClient(
        `tab${tab}`,
        user,
        'window',
        isNamed,
        this.random() < 0.1,
        lifetimeSeconds,
      );
      this.clients.set(client.id, client);
    }
    this.clients.set(
      'dedicated',
      new SimulatedClient('dedicated', '', 'worker', false, false, lifetimeSeconds),
    );
    this.laneTab = `tab${tabs - 1}`;
    this.worker = this.#startWorker();
    // The last tab does without the worker: a core of its own over the same store and locks.
    this.lane = new SimulatedCore(this, (id) => id === this.laneTab);
  }

  /** Every tab has registered, and has a token. */
  async warmUp(): Promise<void> {
    for (const client of this.clients.values()) {
      if (client.kind === 'window') void this.register(client).then(() => this.request(client));
    }
    await this.time.pass(1000);
  }

  log(line: string): void {
    this.story.push(`${((this.time.nowMs - 1_800_000_000_000) / 1000).toFixed(2)} s  ${line}`);
  }

  coreOf(clientId: string): SimulatedCore {
    return clientId === this.laneTab ? this.lane : this.worker;
  }

  /** A worker is killed; requests that it had are given to the next one, once, as Chromium does. */
  killWorker(): void {
    this.worker.kill();
    this.worker = this.#startWorker();
    for (const hello of this.#hellos) hello();
    for (const request of [...this.#pending]) if (request.clientId !== this.laneTab) request.restart();
  }

  /** A page says hello again when the worker that it spoke to has died. */
  register(client: SimulatedClient): Promise<void> {
    client.registered = true;
    return new Promise((resolve) => {
      const hello = (): void => {
        const identity = client.named ? client.user : undefined;
        client.name = identity;
        void this.coreOf(client.id)
          .carryOut(client.id, { type: 'hello', register: true, identity })
          .then(() => {
            this.#hellos.delete(hello);
            client.covered = true;
            this.log(`${client.id} has registered as ${client.user}`);
            resolve();
          });
      };
      if (client.id !== this.laneTab) this.#hellos.add(hello);
      hello();
    });
  }

  async logout(client: SimulatedClient): Promise<void> {
    const core = this.coreOf(client.id);
    const identity = core.core.registry.clients.get(client.id)?.identity;
    await core.carryOut(client.id, { type: 'logout' }).catch(() => undefined);
    if (!core.alive) return;
    const slot = identity === undefined ? undefined : core.core.registry.slots.get(identity);
    this.log(`${client.id} has logged out ${identity ?? 'nobody'}`);
    if (!slot?.closed) return;
    this.assert(slot.token === undefined, `a token of ${slot.identity} is in memory after its logout`);
    const record = this.partition.record as { slots: Map<string, { generation: number; token?: unknown }> };
    const stored = record.slots.get(slot.identity);
    const isOld = stored?.generation === slot.generation && stored.token !== undefined;
    this.assert(!isOld, `a token of ${slot.identity} is stored after its logout`);
    for (const text of this.issuer.minted.keys()) this.#endedFor(core, slot.identity).add(text);
    const other = core === this.lane ? this.worker : this.lane;
    this.time.after(HEARD_MS, () => {
      for (const text of this.#endedFor(core, slot.identity)) this.#endedFor(other, slot.identity).add(text);
    });
  }

  /** One covered request of a client; resolves with its answer, or undefined where its worker died twice. */
  request(client: SimulatedClient): Promise<SimulatedResponse | undefined> {
    this.requests++;
    return new Promise((resolve) => {
      let restarts = 0;
      const entry = {
        clientId: client.id,
        sinceMs: this.time.nowMs,
        restart: () => (restarts++ === 0 ? start() : end(undefined)),
      };
      const end = (response: SimulatedResponse | undefined): void => {
        this.#pending.delete(entry);
        resolve(response);
      };
      const start = (): void => {
        const core = this.coreOf(client.id);
        const send = (token: string | undefined): Promise<SimulatedResponse> =>
          this.#send(core, client, token);
        core.request(client.id, send).then(
          (response) => core.alive && end(response),
          (error: unknown) => this.assert(false, `a request failed: ${String(error)}`),
        );
      };
      this.#pending.add(entry);
      start();
    });
  }

  /** Fails where something that must always hold did not, at whatever moment. */
  assertAllHeld(): void {
    if (this.#violation) throw this.#violation;
    for (const { sinceMs, clientId } of this.#pending) {
      this.assert(this.time.nowMs - sinceMs <= REQUEST_BOUND_MS, `a request of ${clientId} has no end`);
    }
  }

  ask(core: SimulatedCore, clientId: string, question: Ask, onAnswer: (answer: Answer) => void): () => void {
    const client = this.clients.get(clientId);
    const identity = core.core.registry.clients.get(clientId)?.identity;
    const entry = { core, clientId, identity };
    this.#openAsks.push(entry);
    this.#assertOneAskEach();
    const isOpen = (): boolean => core.alive && this.#openAsks.includes(entry);
    client?.answer(this.time, this.issuer, question, (answer) => {
      if (answer.type === 'ack') this.providerCalls++;
      const user = this.issuer.minted.get(answer.type === 'answer' ? (answer.token ?? '') : '')?.user;
      this.time.after(1, () => {
        if (!isOpen()) return;
        if (user !== undefined) client.proven.add(user);
        // Whatever a provider gives now may be sent again.
        if (answer.type === 'answer')
          for (const texts of this.#ended.values()) texts.delete(answer.token ?? '');
        onAnswer(answer);
      });
    });
    return () => this.#close(entry);
  }

  closeAsks(core: SimulatedCore): void {
    for (const entry of this.#openAsks.filter((each) => each.core === core)) this.#close(entry);
  }

  assert(holds: boolean, what: string): void {
    if (!holds) this.#violation ??= new Error(`${what}\n\n${this.story.slice(-60).join('\n')}`);
  }

  assertNoToken(message: object): void {
    const text = JSON.stringify(message);
    this.assert(!/eyJ|opaque-/.test(text), `a token is in a message: ${text}`);
  }

  #endedFor(core: SimulatedCore, identity: string): Set<string> {
    const key = `${core === this.lane ? 'lane' : 'worker'} ${identity}`;
    const ended = this.#ended.get(key) ?? new Set();
    this.#ended.set(key, ended);
    return ended;
  }

  #startWorker(): SimulatedCore {
    return new SimulatedCore(this, (id) => id !== this.laneTab);
  }

  #close(entry: OpenAsk): void {
    this.#openAsks = this.#openAsks.filter((other) => other !== entry);
  }

  /** A private identity has one client; any other is refreshed once at a time in the whole partition. */
  #assertOneAskEach(): void {
    const known = this.#openAsks.flatMap(({ identity, clientId }) => identity ?? `client:${clientId}`);
    this.assert(new Set(known).size === known.length, `two providers are asked at once: ${known.join(', ')}`);
  }

  async #send(
    core: SimulatedCore,
    client: SimulatedClient,
    token: string | undefined,
  ): Promise<SimulatedResponse> {
    const minted = token === undefined ? undefined : this.issuer.minted.get(token);
    if (core.alive && minted) this.#assertMaySend(core, client, minted.user, minted.text);
    await this.time.sleep(5 + this.random() * 100);
    const status = this.issuer.accepts(token, this.time.nowMs) ? 200 : 401;
    this.log(
      `${client.id} ${token === undefined ? 'without a token' : `as ${minted?.user ?? 'nobody'}`}: ${status}`,
    );
    const date = new Date(this.time.nowMs).toUTCString();
    return { status, token, headers: { get: (name) => (name === 'Date' ? date : null) } };
  }

  #assertMaySend(core: SimulatedCore, client: SimulatedClient, user: string, token: string): void {
    if (!core.core.registry.slotOf(client.id)) {
      const users = [...this.clients.values()]
        .filter((other) => other.open && other.covered && core.covers(other.id))
        .map((other) => core.core.registry.clients.get(other.id)?.identity);
      this.assert(
        new Set(users).size <= 1,
        `${client.id}, which cannot answer, got ${user}'s token among ${users.join(', ')}`,
      );
      return;
    }
    // Who gives the same name shares a token, whoever it is; that is what a name is for.
    const isShared =
      client.name !== undefined &&
      core.core.registry.clients.get(client.id)?.identity === namedIdentity(client.name);
    this.assert(
      client.proven.has(user) || isShared,
      `${client.id} of ${client.user} sends a token of ${user}`,
    );
    const slot = core.core.registry.slotOf(client.id);
    const isEnded = slot && this.#endedFor(core, slot.identity).has(token);
    this.assert(!slot?.closed && !isEnded, `${client.id} sends a token of ${user} after logout`);
  }
}

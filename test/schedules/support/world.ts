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
  /** Its page was frozen meanwhile, and has let go of the lock: the others do not wait for what it brings. */
  isInterrupted: boolean;
}

interface Pending {
  readonly clientId: string;
  core: SimulatedCore;
  /** The time that it has had, but for that in which its page was frozen. */
  sinceMs: number;
  readonly restart: () => void;
}

export interface WorldOptions {
  readonly seed: number;
  readonly storage: 'indexeddb' | 'memory';
  readonly lifetimeSeconds: number;
  readonly tabs: number;
  /** How many of the tabs begin without a worker, in lanes of their own. */
  readonly lanes: number;
}

/** Tabs of three users, a worker that serves them, and tabs in lanes of their own; with what must always hold. */
export class World {
  readonly time = new VirtualTime();
  readonly random: () => number;
  readonly storage: 'indexeddb' | 'memory';
  readonly partition: Partition;
  readonly issuer = new Issuer();
  readonly clients = new Map<string, SimulatedClient>();
  readonly story: string[] = [];
  clockOffsetMs = 0;
  /** Some never end: their core was killed. */
  logoutsUnderWay = 0;
  worker: SimulatedCore;
  /** The lanes of the tabs that attach their tokens themselves. */
  readonly lanes = new Map<string, SimulatedCore>();
  requests = 0;
  providerCalls = 0;
  #openAsks: OpenAsk[] = [];
  #pending = new Set<Pending>();
  readonly #cores = new Set<SimulatedCore>();
  /** Refreshes whose page was frozen meanwhile, and so has let go of their lock: they may ask beside another's. */
  readonly #interrupted = new WeakSet<Promise<unknown>>();
  /** By core and identity: the tokens of sessions that were ended, which must not be sent any more. */
  readonly #ended = new Map<SimulatedCore, Map<string, Set<string>>>();
  readonly #hellos = new Set<() => void>();
  #violation: Error | undefined;

  constructor({ seed, storage, lifetimeSeconds, tabs, lanes }: WorldOptions) {
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
    this.worker = this.#start(undefined);
    for (let tab = tabs - lanes; tab < tabs; tab++) this.#openLane(`tab${tab}`);
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
    return this.lanes.get(clientId) ?? this.worker;
  }

  /** A worker is killed; requests that it had are given to the next one, once, as Chromium does. */
  killWorker(): void {
    const killed = this.worker;
    this.#kill(killed);
    this.worker = this.#start(undefined);
    for (const hello of this.#hellos) hello();
    for (const request of [...this.#pending]) if (request.core === killed) request.restart();
  }

  /**
   * A worker takes a page over that was in its own lane, or the page loses its worker. What is under way ends where
   * it began.
   */
  switchLane(client: SimulatedClient): void {
    const isInLane = this.lanes.delete(client.id);
    if (!isInLane) this.#openLane(client.id);
    this.log(`${client.id} ${isInLane ? 'gives way to the worker' : 'has lost its worker'}`);
    if (client.registered) void this.register(client);
  }

  freeze(client: SimulatedClient, isFrozen: boolean): void {
    if (client.frozen === isFrozen) return;
    client.frozen = isFrozen;
    const lanes = [...this.#cores].filter(({ lane }) => lane === client.id);
    for (const lane of lanes) {
      if (isFrozen) lane.freeze();
      else lane.thaw();
    }
    for (const { core } of lanes) {
      for (const { refresh } of core.registry.slots.values()) {
        if (refresh) this.#interrupted.add(refresh.outcome);
      }
    }
    for (const ask of this.#openAsks) if (lanes.includes(ask.core)) ask.isInterrupted = true;
    if (isFrozen) client.frozenAtMs = this.time.nowMs;
    else
      for (const request of this.#pending) {
        if (lanes.includes(request.core)) request.sinceMs += this.time.nowMs - client.frozenAtMs;
      }
  }

  /** With the page goes its lane, and all that it had under way. */
  close(client: SimulatedClient): void {
    client.open = false;
    for (const core of this.#cores) if (core.lane === client.id) this.#kill(core);
    if (this.lanes.has(client.id)) this.#openLane(client.id);
  }

  /** A page says hello again when the worker that it spoke to has died. */
  register(client: SimulatedClient): Promise<void> {
    client.registered = true;
    return new Promise((resolve) => {
      const hello = (): void => {
        const identity = client.named ? client.user : undefined;
        const core = this.coreOf(client.id);
        client.names.set(core.lane, identity);
        void core.carryOut(client.id, { type: 'hello', register: true, identity }).then(() => {
          this.#hellos.delete(hello);
          client.covered = true;
          this.log(`${client.id} has registered as ${client.user}`);
          resolve();
        });
      };
      if (!this.lanes.has(client.id)) this.#hellos.add(hello);
      hello();
    });
  }

  async logout(client: SimulatedClient): Promise<void> {
    const core = this.coreOf(client.id);
    const identity = core.core.registry.clients.get(client.id)?.identity;
    this.logoutsUnderWay++;
    await core.carryOut(client.id, { type: 'logout' }).catch(() => undefined);
    this.logoutsUnderWay--;
    if (!core.alive) return;
    const slot = identity === undefined ? undefined : core.core.registry.slots.get(identity);
    this.log(`${client.id} has logged out ${identity ?? 'nobody'}`);
    if (!slot?.closed) return;
    this.assert(slot.token === undefined, `a token of ${slot.identity} is in memory after its logout`);
    const record = this.partition.record as { slots: Map<string, { generation: number; token?: unknown }> };
    const stored = record.slots.get(slot.identity);
    const isOld = stored?.generation === slot.generation && stored.token !== undefined;
    this.assert(!isOld, `a token of ${slot.identity} is stored after its logout`);
    const ended = [...this.issuer.minted.keys()];
    for (const text of ended) this.#endedFor(core, slot.identity).add(text);
    this.time.after(HEARD_MS, () => {
      for (const other of this.#cores) {
        for (const text of ended) {
          if (this.#endedFor(core, slot.identity).has(text)) this.#endedFor(other, slot.identity).add(text);
        }
      }
    });
  }

  /** One covered request of a client; resolves with its answer, or undefined where its worker died twice. */
  request(client: SimulatedClient): Promise<SimulatedResponse | undefined> {
    this.requests++;
    return new Promise((resolve) => {
      let restarts = 0;
      const entry: Pending = {
        clientId: client.id,
        core: this.coreOf(client.id),
        sinceMs: this.time.nowMs,
        restart: () => (restarts++ === 0 ? start() : end(undefined)),
      };
      const end = (response: SimulatedResponse | undefined): void => {
        this.#pending.delete(entry);
        resolve(response);
      };
      const start = (): void => {
        const core = this.coreOf(client.id);
        entry.core = core;
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
    for (const { sinceMs, clientId, core } of this.#pending) {
      if (core.lane !== undefined && this.clients.get(core.lane)?.frozen) continue;
      this.assert(this.time.nowMs - sinceMs <= REQUEST_BOUND_MS, `a request of ${clientId} has no end`);
    }
  }

  ask(core: SimulatedCore, clientId: string, question: Ask, onAnswer: (answer: Answer) => void): () => void {
    const client = this.clients.get(clientId);
    const identity = core.core.registry.clients.get(clientId)?.identity;
    const refresh = identity && core.core.registry.slots.get(identity)?.refresh;
    const isInterrupted = Boolean(refresh && this.#interrupted.has(refresh.outcome));
    const entry = { core, clientId, identity, isInterrupted };
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
          for (const ended of this.#ended.values())
            for (const texts of ended.values()) texts.delete(answer.token ?? '');
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
    const ofCore = this.#ended.get(core) ?? new Map<string, Set<string>>();
    this.#ended.set(core, ofCore);
    const ended = ofCore.get(identity) ?? new Set();
    ofCore.set(identity, ended);
    return ended;
  }

  #start(lane: string | undefined): SimulatedCore {
    const covers = (id: string): boolean => (lane === undefined ? !this.lanes.has(id) : id === lane);
    const core = new SimulatedCore(this, lane, covers);
    this.#cores.add(core);
    return core;
  }

  #openLane(tab: string): void {
    this.lanes.set(tab, this.#start(tab));
  }

  #kill(core: SimulatedCore): void {
    core.kill();
    this.#cores.delete(core);
    this.#ended.delete(core);
    for (const request of this.#pending)
      if (request.core === core && core.lane) this.#pending.delete(request);
  }

  #close(entry: OpenAsk): void {
    this.#openAsks = this.#openAsks.filter((other) => other !== entry);
  }

  /** A private identity has one client; any other is refreshed once at a time in the whole partition. */
  #assertOneAskEach(): void {
    const held = this.#openAsks.filter(({ isInterrupted }) => !isInterrupted);
    const known = held.flatMap(({ identity, clientId }) => identity ?? `client:${clientId}`);
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
    // Who gives the same name shares a token, whoever it is; that is what a name is for. What is under way in the worker
    // when its page goes over to a lane of its own, and to another name, ends under the one that it began with.
    const name = client.names.get(core.lane);
    const isShared =
      name !== undefined && core.core.registry.clients.get(client.id)?.identity === namedIdentity(name);
    this.assert(
      client.proven.has(user) || isShared,
      `${client.id} of ${client.user} sends a token of ${user}`,
    );
    const slot = core.core.registry.slotOf(client.id);
    const isEnded = slot && this.#endedFor(core, slot.identity).has(token);
    this.assert(!slot?.closed && !isEnded, `${client.id} sends a token of ${user} after logout`);
  }
}

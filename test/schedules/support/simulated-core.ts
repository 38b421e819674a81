import { authorize, type Exchange } from '../../../src/core/authorize.js';
import { carryOut } from '../../../src/core/carry-out.js';
import type { Core } from '../../../src/core/core.js';
import { createCore } from '../../../src/core/create-core.js';
import { DEFAULTS } from '../../../src/core/options.js';
import type { Platform } from '../../../src/core/ports.js';
import type { Command } from '../../../src/core/protocol.js';
import { laneLock } from '../../../src/page-lane/lane-lock.js';
import { SimulatedPageLife } from './page-life.js';
import type { World } from './world.js';

export interface SimulatedResponse {
  readonly status: number;
  readonly token: string | undefined;
  readonly headers: { get(name: string): string | null };
}

/** A worker, or a page's own lane: the real core in the simulated world, until it is killed. */
export class SimulatedCore {
  alive = true;
  readonly core: Core;
  readonly #world: World;
  readonly #life = new SimulatedPageLife();

  /**
   * @param lane the tab whose own lane it is; none for the worker
   * @param covers the clients whose requests come here, and who can be asked from here
   */
  constructor(
    world: World,
    readonly lane: string | undefined,
    readonly covers: (clientId: string) => boolean,
  ) {
    this.#world = world;
    this.core = createCore(this.#platform(), { ...DEFAULTS, storage: world.storage }, '/');
  }

  /** A frozen page: nothing of it runs on, and nothing reaches it, until it is thawed. */
  freeze(): void {
    this.#life.leave();
  }

  thaw(): void {
    // As the lane does at its first request, or command, after that.
    if (this.#life.leaving.aborted) this.core.registry.load();
    this.#life.enter();
  }

  request(clientId: string, send: Exchange<SimulatedResponse>['send']): Promise<SimulatedResponse> {
    return authorize(this.core, {
      clientId,
      url: 'https://app.example/api/x',
      rule: { path: '/api/' },
      covers: () => true,
      mayWait: true,
      send,
      resend: send,
      refuse: () => ({ status: 401, token: undefined, headers: new Headers() }),
    });
  }

  carryOut(clientId: string, command: Command): Promise<unknown> {
    return carryOut(this.core, clientId, command);
  }

  /** As a browser does it: nothing of it runs on, nothing reaches it any more, its locks are free. */
  kill(): void {
    this.alive = false;
    this.#world.partition.drop(this);
    this.#world.closeAsks(this);
  }

  /** What reaches it from outside: at once, after it is thawed, or never. */
  #run(callback: () => void): void {
    if (!this.alive) return;
    if (!this.#life.leaving.aborted) callback();
    else void this.#life.here.then(() => this.#run(callback));
  }

  #platform(): Platform {
    const world = this.#world;
    const { time, partition } = world;
    const isAlive = (): boolean => this.alive;
    // A promise that a dead core waits for never settles, and one of a frozen page not before it is thawed.
    const whileAlive = <T>(promise: Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        promise.then(
          (value) => this.#run(() => resolve(value)),
          (error: Error) => this.#run(() => reject(error)),
        );
      });
    const inPartition = <T>(
      name: string,
      timeoutMs: number,
      run: () => Promise<T>,
      leave?: AbortSignal,
    ): Promise<T> =>
      isAlive()
        ? whileAlive(partition.withLock(this, name, timeoutMs, run, leave))
        : new Promise(() => undefined);
    return {
      now: () => time.nowMs + world.clockOffsetMs,
      setTimer: (callback, delayMs) => time.after(delayMs, () => this.#run(callback)),
      random: world.random,
      digest: (text) => Promise.resolve(`digest-of-${text}`),
      serverTimeMs: () => whileAlive(time.sleep(10).then(() => Math.floor(time.nowMs / 1000) * 1000)),
      withLock: this.lane === undefined ? inPartition : laneLock(this.#life, inPartition),
      readRecord: () => whileAlive(partition.read()),
      updateRecord: (change) => whileAlive(partition.update(isAlive, change)),
      announce: (message) => {
        world.assertNoToken(message);
        if (isAlive()) partition.announce(this, message);
      },
      onAnnouncement: (listener) => partition.listen(this, (message) => this.#run(() => listener(message))),
      clients: {
        seesAll: this.lane === undefined,
        get: (id) => {
          const client = world.clients.get(id);
          return Promise.resolve(client?.open ? { id, type: client.kind } : undefined);
        },
        list: () => {
          const all = [...world.clients.values()].filter(
            (client) => client.open && client.kind === 'window' && this.covers(client.id),
          );
          return Promise.resolve(all.map((client) => ({ id: client.id, type: client.kind })));
        },
        ask: (id, question, onAnswer) => world.ask(this, id, question, onAnswer),
        notify: (_id, _name, detail) => world.assertNoToken(detail),
      },
    };
  }
}

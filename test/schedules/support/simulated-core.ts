import { authorize, type Exchange } from '../../../src/core/authorize.js';
import { carryOut } from '../../../src/core/carry-out.js';
import type { Core } from '../../../src/core/core.js';
import { createCore } from '../../../src/core/create-core.js';
import { DEFAULTS } from '../../../src/core/options.js';
import type { Platform } from '../../../src/core/ports.js';
import type { Command } from '../../../src/core/protocol.js';
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

  /** @param covers the clients whose requests come here, and who can be asked from here */
  constructor(
    world: World,
    readonly covers: (clientId: string) => boolean,
  ) {
    this.#world = world;
    this.core = createCore(this.#platform(), { ...DEFAULTS, storage: world.storage }, '/');
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

  #platform(): Platform {
    const world = this.#world;
    const { time, partition } = world;
    const isAlive = (): boolean => this.alive;
    // A promise that a dead core waits for never settles.
    const whileAlive = <T>(promise: Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        promise.then(
          (value) => isAlive() && resolve(value),
          (error: unknown) => isAlive() && reject(error as Error),
        );
      });
    return {
      now: () => time.nowMs + world.clockOffsetMs,
      setTimer: (callback, delayMs) => time.after(delayMs, () => isAlive() && callback()),
      random: world.random,
      digest: (text) => Promise.resolve(`digest-of-${text}`),
      serverTimeMs: () => whileAlive(time.sleep(10).then(() => Math.floor(time.nowMs / 1000) * 1000)),
      withLock: (name, timeoutMs, run) =>
        isAlive() ? whileAlive(partition.withLock(this, name, timeoutMs, run)) : new Promise(() => undefined),
      readRecord: () => whileAlive(partition.read()),
      updateRecord: (change) => whileAlive(partition.update(isAlive, change)),
      announce: (message) => {
        world.assertNoToken(message);
        if (isAlive()) partition.announce(this, message);
      },
      onAnnouncement: (listener) => partition.listen(this, listener),
      clients: {
        seesAll: !this.covers(world.laneTab),
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

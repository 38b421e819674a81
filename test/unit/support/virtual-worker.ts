import { createHash } from 'node:crypto';
import type { Core } from '../../../src/core/core.js';
import { createCore } from '../../../src/core/create-core.js';
import type { WorkerOptions } from '../../../src/core/options.js';
import type { Announcement, Platform } from '../../../src/core/ports.js';
import { ANSWERS, read, seal } from '../../../src/core/protocol.js';
import type { World } from './world.js';

/** One core in the world, as a worker has it (or a page without one). Killed, it does nothing any more. */
export class VirtualWorker {
  readonly core: Core;
  isAlive = true;
  readonly #world: World;
  #listener: (message: Partial<Announcement>) => void = () => undefined;

  constructor(world: World, options: WorkerOptions, scope: string) {
    this.#world = world;
    this.core = createCore(this.#platform(), options, scope);
  }

  kill(): void {
    this.isAlive = false;
    this.#world.locks.releaseAllOf(this);
  }

  hear(message: Partial<Announcement>): void {
    if (this.isAlive) this.#listener(message);
  }

  #platform(): Platform {
    const { clock, locks, store, server, channel, pages } = this.#world;
    const whileAlive = <T>(operation: Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        operation.then(
          (value) => this.isAlive && resolve(value),
          (error: Error) => this.isAlive && reject(error),
        );
      });
    return {
      now: () => clock.deviceNowMs(),
      setTimer: (callback, delayMs) => clock.setTimer(() => this.isAlive && callback(), delayMs),
      random: () => this.#world.random,
      digest: (text) =>
        this.#world.canDigest
          ? whileAlive(Promise.resolve(createHash('sha256').update(text).digest('base64url')))
          : Promise.reject(new TypeError('crypto.subtle is undefined')),
      serverTimeMs: () => whileAlive(server.timeMs()),
      withLock: (name, timeoutMs, run) => whileAlive(locks.withLock(this, name, timeoutMs, run)),
      readRecord: () => whileAlive(store.read()),
      updateRecord: (change) => whileAlive(store.update(change)),
      announce: (message) => {
        this.#world.announcements.push(structuredClone(message));
        if (!this.#world.hasChannel) return;
        for (const other of channel) {
          if (other !== this) void Promise.resolve().then(() => other.hear(structuredClone(message)));
        }
      },
      onAnnouncement: (listener) => (this.#listener = listener),
      clients: {
        seesAll: true,
        get: (id) => {
          const page = pages.get(id);
          return Promise.resolve(
            page && page.state !== 'closed' && page.state !== 'cached' ? page : undefined,
          );
        },
        list: () => {
          const listed = [...pages.values()].filter(
            ({ type, state, isListed }) =>
              type === 'window' && isListed && (state === 'live' || state === 'frozen'),
          );
          return Promise.resolve(listed.sort((a, b) => +b.isVisible - +a.isVisible));
        },
        ask: (id, question, onAnswer) => {
          let isOpen = true;
          const message = structuredClone(question);
          void Promise.resolve().then(() =>
            pages.get(id)?.answer(message, (answer) => {
              const heard = read(ANSWERS, structuredClone(seal(answer)));
              if (isOpen && this.isAlive && heard) onAnswer(heard);
            }),
          );
          return () => (isOpen = false);
        },
        notify: (id, name, detail) => {
          const page = pages.get(id);
          const message = { name, detail: structuredClone(detail) as Record<string, unknown> };
          this.#world.notices.push({ page: id, ...message });
          if (page?.state === 'live') page.events.push(message);
        },
      },
    };
  }
}

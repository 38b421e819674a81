import type { Realm } from './engine.js';
import type { AlteredWorker } from './faults-worker.js';

/** A page and a worker of different deployments. */
export class Versions {
  readonly #worker: AlteredWorker;
  #builds = 0;

  constructor(worker: AlteredWorker) {
    this.#worker = worker;
  }

  /** Workers that are installed from now on speak this version of the protocol, and understand no other. */
  setWorker(version: number): void {
    this.#worker.begin(speak, version);
  }

  /** From now on until it is loaded anew. */
  setPage(page: Realm, version: number): Promise<void> {
    return page.evaluate(speak, version);
  }

  /**
   * What is deployed by now takes over under an open page, as after the browser's own look for it. Under load Chromium
   * now and then lets it wait until the old one has done nothing for 30 s; a build after that takes over at once.
   */
  async takeOver(page: Realm): Promise<void> {
    while (!(await update(page))) this.rebuildWorker();
  }

  /** Workers that are installed from now on are another build that speaks the same. */
  rebuildWorker(): void {
    this.#worker.begin(anotherBuild, ++this.#builds);
  }
}

const TAKES_OVER_MS = 5000;

/** Says whether another worker has taken over in time. */
function update(page: Realm): Promise<boolean> {
  return page.evaluate(async (withinMs) => {
    const container = navigator.serviceWorker;
    const changed = new Promise<boolean>((resolve) => {
      container.addEventListener('controllerchange', () => resolve(true), { once: true });
    });
    await (await container.ready).update();
    return Promise.race([changed, new Promise<boolean>((resolve) => setTimeout(resolve, withinMs, false))]);
  }, TAKES_OVER_MS);
}

function anotherBuild(_nth: number): void {}

/** Exchanges the two versions on the wire, both ways: so each end takes the other for one that is not its own. */
function speak(version: number): void {
  type Post = (this: object, data: unknown, ...rest: unknown[]) => void;
  const named = globalThis as unknown as Record<string, { prototype: { postMessage: Post } } | undefined>;
  const exchange = (data: unknown): unknown => {
    const spoken = (data as { bearerWorker?: number } | null)?.bearerWorker;
    if (spoken === undefined) return data;
    return { ...(data as object), bearerWorker: spoken === 1 ? version : spoken === version ? 1 : spoken };
  };
  for (const name of ['MessagePort', 'ServiceWorker', 'Client', 'BroadcastChannel']) {
    const prototype = named[name]?.prototype;
    if (!prototype) continue;
    const post = prototype.postMessage;
    prototype.postMessage = function (data, ...rest) {
      post.call(this, exchange(data), ...rest);
    };
  }
  for (const name of ['MessageEvent', 'ExtendableMessageEvent']) {
    const prototype = named[name]?.prototype;
    const property = prototype && Object.getOwnPropertyDescriptor(prototype, 'data');
    if (!property) continue;
    Object.defineProperty(prototype, 'data', {
      get(this: object): unknown {
        return exchange(property.get?.call(this));
      },
    });
  }
}

import type { Realm } from './engine.js';
import type { AlteredWorker } from './faults-worker.js';

/** What befalls the first `times` messages of a type (all of them by default) where they are posted. */
export interface MessageFault {
  readonly type: string;
  /** `overtaken`: it goes after the next message that is posted here. */
  readonly fault: 'dropped' | 'doubled' | 'delayed' | 'overtaken';
  readonly delayMs?: number;
  readonly times?: number;
}

/** The library's own messages, by the `type` that they have in its protocol. */
export class FaultyMessages {
  readonly #worker: AlteredWorker;

  constructor(worker: AlteredWorker) {
    this.#worker = worker;
  }

  /** For what the page posts: `ack`, `answer` and `failed`, and its commands. An empty list ends it. */
  inPage(page: Realm, ...faults: MessageFault[]): Promise<void> {
    return page.evaluate(distort, faults);
  }

  /** For what the worker posts: `ask`, `event`, and `ack`, `done` and `failed` to commands. */
  inWorker(...faults: MessageFault[]): void {
    this.#worker.begin(distort, faults);
  }
}

function distort(faults: readonly MessageFault[]): void {
  type Post = (this: object, data: unknown, ...rest: unknown[]) => void;
  const posters = globalThis as unknown as Record<string, { prototype: { postMessage: Post } } | undefined>;
  const originals = ((globalThis as { undistorted?: Map<string, Post> }).undistorted ??= new Map());
  const left = new Map(faults.map((fault) => [fault, fault.times ?? Infinity]));
  const held: (() => void)[] = [];
  for (const name of ['MessagePort', 'ServiceWorker', 'Client']) {
    const prototype = posters[name]?.prototype;
    if (!prototype) continue;
    const original = originals.get(name) ?? prototype.postMessage;
    originals.set(name, original);
    prototype.postMessage = function (data, ...rest) {
      const post = (): void => original.call(this, data, ...rest);
      const { type, bearerWorker } = (data ?? {}) as { type?: string; bearerWorker?: number };
      const fault = bearerWorker && faults.find((each) => each.type === type && (left.get(each) ?? 0) > 0);
      if (!fault) {
        post();
        for (const late of held.splice(0)) late();
        return;
      }
      left.set(fault, (left.get(fault) ?? 0) - 1);
      if (fault.fault === 'overtaken') held.push(post);
      if (fault.fault === 'delayed') setTimeout(post, fault.delayMs ?? 0);
      if (fault.fault !== 'doubled') return;
      post();
      // What was transferred is gone: the second goes without it.
      original.call(this, data);
    };
  }
}

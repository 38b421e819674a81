import type { Answer, Ask, Command, Reply } from '../core/protocol.js';
import type { PageOptions } from '../page/options.js';
import { openLane, type Lane } from './lane.js';

// The log asks it too: imported there, it would be cut out of this chunk.
export { createMatcher } from '../core/match.js';

/** What this page's lane asks and tells. */
export interface LaneEvents {
  answer(by: PageOptions, ask: Ask): Promise<Answer>;
  tell(by: PageOptions, name: string, detail: object): void;
  /** Whether there is a worker that the browser takes marked requests past. */
  canPassWorker(): boolean;
}

/** The lane of a page, with the options that its provider is called by. */
export class PageLane {
  #by: PageOptions;
  readonly #lane: Lane;
  #isOpen = true;
  #isErased = false;

  constructor(options: PageOptions, events: LaneEvents) {
    const { worker, workerUrl, scope } = options;
    this.#by = options;
    this.#lane = openLane({
      options: worker,
      // As the browser makes it of these, where it registers a worker.
      scope: new URL(scope ?? './', scope === undefined ? workerUrl : document.baseURI).href,
      clockUrl: workerUrl.href,
      // Whoever still waits must not have the store filled again.
      ask: async (question) =>
        this.#isErased
          ? { type: 'failed', code: 'provider-rejected', message: '' }
          : events.answer(this.#by, question),
      notify: (name, detail) => {
        if (this.#isOpen) events.tell(this.#by, name, detail);
      },
      canPassWorker: () => events.canPassWorker(),
    });
  }

  /** Whether it can go on under other options of its page: those of the core cannot change. */
  adopt(options: PageOptions): boolean {
    if (JSON.stringify(options.worker) !== JSON.stringify(this.#by.worker)) return false;
    this.#by = options;
    return true;
  }

  /** What the worker is answered that asks this page, so that the provider is not called once for each of the two. */
  answerAtHand({ reason }: Ask): Answer | undefined {
    const answer = this.#lane.answerAtHand();
    return reason === 'initial' || answer?.type === 'failed' ? answer : undefined;
  }

  look(): void {
    this.#lane.look();
  }

  carryOut(command: Command): Promise<Extract<Reply, { type: 'done' }>> {
    this.#isErased ||= command.type === 'goodbye' && !!command.erase;
    return this.#lane.carryOut(command);
  }

  close(): void {
    this.#isOpen = false;
    this.#lane.close();
  }
}

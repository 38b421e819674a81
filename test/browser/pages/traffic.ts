import { answer } from './answer.js';

export interface Sample {
  readonly status: number;
  readonly startedAtMs: number;
  readonly elapsedMs: number;
}

/** A page at work: a request at a steady pace, whether or not the one before it has come back. */
export class Traffic {
  #timer: ReturnType<typeof setInterval> | undefined;
  #sent: Promise<Sample>[] = [];
  #underWay = 0;

  /** @param atMost so many are under way at once: on a slow machine a fast pace would keep all else from the network */
  start(url: string, everyMs: number, atMost = Infinity): void {
    this.#sent = [];
    this.#timer = setInterval(() => {
      if (this.#underWay < atMost) this.#sent.push(this.#send(`${url}?at=${this.#sent.length}`));
    }, everyMs);
  }

  async #send(url: string): Promise<Sample> {
    this.#underWay += 1;
    try {
      return await sample(url);
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Sends no more, and resolves once every request has come back. */
  stop(): Promise<Sample[]> {
    clearInterval(this.#timer);
    return Promise.all(this.#sent);
  }

  burst(url: string, count: number): Promise<Sample[]> {
    return Promise.all(Array.from({ length: count }, (_, at) => sample(`${url}?at=${at}`)));
  }
}

async function sample(url: string): Promise<Sample> {
  const { status, startedAtMs, elapsedMs } = await answer(url);
  return { status, startedAtMs, elapsedMs };
}

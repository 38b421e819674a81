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

  start(url: string, everyMs: number): void {
    this.#sent = [];
    this.#timer = setInterval(() => this.#sent.push(sample(`${url}?at=${this.#sent.length}`)), everyMs);
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

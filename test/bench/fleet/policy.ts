import { DAY_SECONDS, type UserDay } from './habits.js';

/** A time in which the token endpoint answers each call with an error, at once. */
export interface Outage {
  readonly fromSeconds: number;
  readonly forSeconds: number;
}

/** When the app tries a request again that failed, each after the one before; as TanStack Query does by itself. */
export const RETRIES_SECONDS = [1, 2, 4];

/** A way to keep a user's token; it counts over all users what it asks of the endpoint. */
export interface Policy {
  readonly name: string;
  readonly tally: Tally;
  /** One user's whole day. */
  live(day: UserDay): void;
}

/** What a policy did, over the whole fleet. */
export class Tally {
  /** Calls of the token endpoint in each second of the day. */
  readonly callsPerSecond = new Uint32Array(DAY_SECONDS);
  /** Actions whose requests had to wait for a call. */
  waited = 0;
  /** Actions whose requests found no valid token, nor did their repetitions. */
  failed = 0;

  call(atSeconds: number, calls = 1): void {
    this.callsPerSecond[Math.floor(atSeconds)]! += calls;
  }
}

export function isDown(outage: Outage | undefined, atSeconds: number): boolean {
  return (
    outage !== undefined &&
    atSeconds >= outage.fromSeconds &&
    atSeconds < outage.fromSeconds + outage.forSeconds
  );
}

import { nextAfter, type UserDay } from './habits.js';
import { isDown, RETRIES_SECONDS, Tally, type Outage, type Policy } from './policy.js';

/** A token for each request, as an interceptor gets it that asks the provider every time. */
export class PerRequest implements Policy {
  readonly tally = new Tally();

  constructor(
    readonly name: string,
    readonly requestsPerAction: number,
    readonly outage?: Outage,
  ) {}

  live(day: UserDay): void {
    const { times, count } = day;
    const { tally, requestsPerAction, outage } = this;
    tally.waited += count;
    for (let index = 0; index < count; index++) {
      const now = times[index]!;
      tally.call(now, requestsPerAction);
      if (outage && isDown(outage, now) && !this.#retry(now, nextAfter(day, index))) tally.failed++;
    }
  }

  /** As in `CorePolicy`. */
  #retry(from: number, until: number): boolean {
    let now = from;
    for (const delay of RETRIES_SECONDS) {
      now += delay;
      if (now >= until) return false;
      this.tally.call(now, this.requestsPerAction);
      if (!isDown(this.outage, now)) return true;
    }
    return false;
  }
}

/** A call at the start, and then at fixed intervals as long as the app is open, whether anybody works or not. */
export class FixedTimer implements Policy {
  readonly tally = new Tally();

  constructor(
    readonly name: string,
    readonly everySeconds: number,
    readonly lifetimeSeconds: number,
    readonly outage?: Outage,
  ) {}

  live({ times, count, wakesAt, endsAt }: UserDay): void {
    const { tally, everySeconds, lifetimeSeconds, outage } = this;
    let callsAt = wakesAt;
    let expiresAt = -Infinity;
    const callUntil = (now: number): void => {
      for (; callsAt <= now; callsAt += everySeconds) {
        tally.call(callsAt);
        if (!isDown(outage, callsAt)) expiresAt = Math.floor(callsAt) + lifetimeSeconds;
      }
    };
    for (let index = 0; index < count; index++) {
      const now = times[index]!;
      callUntil(now);
      if (now === wakesAt) tally.waited++;
      if (now >= expiresAt) tally.failed++;
    }
    callUntil(endsAt);
  }
}

import type { Answer, Ask } from '../../../src/core/protocol.js';
import type { Issuer } from './tokens.js';
import type { VirtualTime } from './virtual-time.js';

/** How a provider behaves from now on. */
export const MOODS = ['good', 'slow', 'rejects', 'hangs', 'expired', 'same', 'garbage', 'short'] as const;
export type Mood = (typeof MOODS)[number];

/** A page of the simulated world, with its provider. */
export class SimulatedClient {
  mood: Mood = 'good';
  frozen = false;
  frozenAtMs = 0;
  open = true;
  /** It has called registerTokenInjector, and listens. */
  registered = false;
  /** The identity that it named there last, to the worker (undefined) or to a lane of its own. */
  readonly names = new Map<string | undefined, string | undefined>();
  /** That call has resolved. */
  covered = false;
  /** Who is logged in there, by the host. */
  user: string;
  /** Whoever this page has shown itself to be, by an answer that reached a core. */
  readonly proven = new Set<string>();
  #last: string | undefined;

  constructor(
    readonly id: string,
    user: string,
    readonly kind: 'window' | 'worker',
    readonly named: boolean,
    readonly opaque: boolean,
    private readonly lifetimeSeconds: number,
  ) {
    this.user = user;
  }

  /** What the page's side of the protocol does with a question. */
  answer(time: VirtualTime, issuer: Issuer, ask: Ask, reply: (answer: Answer) => void): void {
    if (this.frozen || !this.open || !this.registered || this.kind === 'worker') return;
    reply({ type: 'ack' });
    const timeoutMs = ask.timeoutMs ?? 0;
    const say = (afterMs: number, answer: () => Answer): void => {
      time.after(Math.min(afterMs, timeoutMs), () => {
        if (this.frozen || !this.open) return;
        reply(afterMs >= timeoutMs ? { type: 'failed', code: 'provider-timeout', message: '' } : answer());
      });
    };
    const token = (text: string): Answer => {
      this.#last = text;
      return { type: 'answer', token: text };
    };
    const mint = (agoSeconds: number, lifetimeSeconds = this.lifetimeSeconds): Answer =>
      token(issuer.mint(this.user, time.nowMs - agoSeconds * 1000, lifetimeSeconds, this.opaque));
    switch (this.mood) {
      case 'good':
        return say(20, () => mint(0));
      case 'slow':
        return say(1500, () => mint(0));
      case 'rejects':
        return say(20, () => ({ type: 'failed', code: 'provider-rejected', message: '' }));
      case 'hangs':
        return say(Infinity, () => mint(0));
      case 'expired':
        return say(20, () => mint(this.lifetimeSeconds + 60));
      case 'same':
        return say(20, () => (this.#last === undefined ? mint(0) : token(this.#last)));
      case 'garbage':
        return say(20, () => ({ type: 'answer', token: 'not a token\r\n' }));
      case 'short':
        return say(20, () => mint(0, 2));
    }
  }
}

import type { ProviderCall } from '../../browser/support/token-host.js';
import { GET_TOKEN_TIMEOUT_SECONDS } from './limits.js';

/** What was done to whom, and for how long; the truth that requests and provider calls are judged by. */
export type Deed =
  /** `about` is the user of the page. */
  | 'user'
  /** `who` is the user; from the moment that logout resolved until a page of theirs registers. */
  | 'logged out'
  /** A page of theirs registered meanwhile, and which was first is not to be known; or whose page it was. */
  | 'perhaps logged out'
  /** `who` is a page: it was told, and nobody else knows of it any more; until a page of its user's has a token again. */
  | 'stays logged out'
  | 'logs out'
  | 'registers'
  | 'frozen'
  | 'put away'
  | 'leaves'
  | 'offline'
  | 'provider fails'
  | 'provider is slow'
  | 'workers stop'
  | 'tokens revoked'
  | 'site data cleared'
  /** From when they are cleared until a page registers. */
  | 'no worker'
  /** `who` is a page that the browser has cut off from its worker, which ended while it loaded. */
  | 'cut off'
  | 'store damaged'
  | 'token forced'
  /** `about` is what was tried and the error. */
  | 'fails';

export interface Span {
  readonly deed: Deed;
  readonly who: string;
  readonly about: string;
  readonly fromMs: number;
  toMs: number;
}

export const EVERYONE = 'everyone';

const STORY_SECONDS = 12;

/** From a registration until its token is there, of which others hear. */
const HEARS_MS = 3 * GET_TOKEN_TIMEOUT_SECONDS * 1000 + 1000;

export class History {
  readonly startedAtMs = Date.now();
  readonly spans: Span[] = [];

  begin(deed: Deed, who: string, about = ''): Span {
    const span = { deed, who, about, fromMs: Date.now(), toMs: Infinity };
    this.spans.push(span);
    return span;
  }

  end(span: Span): void {
    span.toMs = Math.min(span.toMs, Date.now());
  }

  note(deed: Deed, who: string, about = ''): void {
    this.end(this.begin(deed, who, about));
  }

  /** Ends what lasts; of one alone, or of all. */
  endAll(deed: Deed, who?: string): void {
    for (const span of this.spans) {
      if (span.deed === deed && (who === undefined || span.who === who)) this.end(span);
    }
  }

  /** A page of the user registers: who was logged out can have a token again. */
  reopen(user?: string): void {
    this.endAll('logged out', user);
    this.endAll('perhaps logged out', user);
    const heardAtMs = Date.now() + HEARS_MS;
    for (const span of this.spans) {
      if (span.deed === 'stays logged out' && span.about === user) span.toMs = Math.min(span.toMs, heardAtMs);
    }
  }

  /** What was stored is gone, and with it who was logged out; but the pages that are open have been told. */
  forgetLogouts(): void {
    const { spans } = this;
    for (const { who, about } of spans.filter(({ deed, toMs }) => deed === 'user' && toMs === Infinity)) {
      if (this.find(['logged out', 'perhaps logged out'], [about], Date.now()).length > 0)
        this.begin('stays logged out', who, about);
    }
    this.reopen();
  }

  /** Those that touch the time given. What happened to everyone happened to each. */
  find(deeds: readonly Deed[], who: readonly string[] | undefined, fromMs: number, toMs = fromMs): Span[] {
    return this.spans.filter(
      (span) =>
        deeds.includes(span.deed) &&
        (who === undefined || span.who === EVERYONE || who.includes(span.who)) &&
        span.fromMs <= toMs &&
        span.toMs >= fromMs,
    );
  }

  /** The users that a page may act for at some moment of that time. */
  usersOf(page: string, fromMs: number, toMs = fromMs): string[] {
    return this.find(['user'], [page], fromMs, toMs).map(({ about }) => about);
  }

  /** The pages that were open under a user then; a tab's name is what stands before the sign. */
  pagesOf(user: string, fromMs: number, toMs = fromMs): string[] {
    const spans = this.find(['user'], undefined, fromMs, toMs);
    return spans.filter(({ about }) => about === user).map(({ who }) => who);
  }

  seconds(ms: number): string {
    return ms === Infinity ? '' : ((ms - this.startedAtMs) / 1000).toFixed(2);
  }

  /** What went before a moment, a line each, in its order. */
  story(atMs: number, calls: readonly ProviderCall[]): string {
    const asked = calls.map(({ tab, reason, behaviour, startedAtMs, issued }) => {
      const toMs = issued?.handedOutAtMs ?? startedAtMs;
      return {
        deed: 'is asked for a token',
        who: tab,
        about: `(${reason}): ${behaviour}`,
        fromMs: startedAtMs,
        toMs,
      };
    });
    return [...this.spans, ...asked]
      .filter(({ deed, fromMs, toMs }) => {
        const sinceMs = deed === 'user' ? fromMs : toMs;
        return fromMs <= atMs + 1000 && sinceMs >= atMs - STORY_SECONDS * 1000;
      })
      .sort((a, b) => a.fromMs - b.fromMs)
      .map(({ deed, who, about, fromMs, toMs }) => {
        const times = `${this.seconds(fromMs).padStart(7)}–${this.seconds(toMs).padEnd(7)}`;
        return `  ${times} ${who} ${deed} ${about}`.trimEnd();
      })
      .join('\n');
  }
}

export function tabOf(page: string): string {
  return page.split('~')[0]!;
}

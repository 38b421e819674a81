import type { RegisterOptions } from '../../browser/pages/registrations.js';
import type { Tab } from '../../browser/support/tab.js';
import type { Behaviour } from '../../browser/support/token-host.js';
import type { Holder } from '../../browser/support/token-issuer.js';
import type { World } from '../../browser/support/world.js';
import type { History, Span } from './history.js';
import { isKnown, withUsers } from './judge-provider-calls.js';
import { GET_TOKEN_TIMEOUT_SECONDS } from './limits.js';
import { drainTraffic, startTraffic, stopTraffic } from './page-traffic.js';
import type { Verdicts } from './verdicts.js';

/** A host is some way off; two calls that overlap would otherwise hardly be seen to. */
export const HEALTHY: Behaviour = { kind: 'token', delayMs: 150 };

/** `fallback`: it finds no worker script when it first registers, and is claimed by the next worker that there is. */
export type Lane = 'worker' | 'always' | 'fallback';

const EVERY_MS = 300;

/** What a page says on its console. */
const CUT_OFF = 'does not get to its worker';

/** How long what a page had sent may still arrive after it has gone. */
const LAST_REQUESTS_MS = 2000;

/** A tab of the soak: the pages that it shows one after the other, each with a user, a registration and traffic. */
export class SoakedTab {
  readonly name: string;
  readonly lane: Lane;
  /** What is being done to it; one thing at a time. */
  doing: string | undefined = 'opens';
  user: Holder;
  tab!: Tab;
  readonly #world: World;
  readonly #history: History;
  readonly #verdicts: Verdicts;
  #load = 0;
  #users: Span[] = [];

  constructor(name: string, lane: Lane, user: Holder, world: World, history: History, verdicts: Verdicts) {
    this.name = name;
    this.lane = lane;
    this.user = user;
    this.#world = world;
    this.#history = history;
    this.#verdicts = verdicts;
  }

  /** The page that it shows now; another after each load. */
  get page(): string {
    return `${this.name}~${this.#load}`;
  }

  async open(lifeSeconds: number): Promise<void> {
    this.tab = await this.#world.openTab(this.name, { holder: this.user, lifeSeconds });
    this.tab.behave(HEALTHY);
    await this.begin();
  }

  /** A page that has just been loaded registers and goes to work. */
  async begin(): Promise<void> {
    this.#load++;
    this.forget();
    await this.register();
    await this.tab.evaluate(startTraffic, this.page, EVERY_MS);
  }

  /** As the app does at its start, when a user logs in, and when it is another one. */
  async register(user = this.user): Promise<void> {
    const before = this.#users;
    this.user = user;
    this.#world.app.tokenHost.switchTo(this.name, user);
    this.#users = [this.#history.begin('user', this.page, user.sub)];
    this.#history.reopen(user.sub);
    this.#history.endAll('stays logged out', this.page);
    const registering = this.#history.begin('registers', this.page, user.sub);
    const options: RegisterOptions = {
      minValiditySeconds: 3,
      getTokenTimeoutSeconds: GET_TOKEN_TIMEOUT_SECONDS,
      inPage: this.lane === 'always' ? 'always' : 'fallback',
    };
    const said = this.tab.page.console.length;
    const outcome = await this.tab.tryRegister(options);
    this.#history.end(registering);
    if (this.tab.page.console.slice(said).some((line) => line.includes(CUT_OFF))) {
      this.#verdicts.count('did: — and found itself cut off from the worker');
      this.#history.begin('cut off', this.page);
    }
    if (this.#world.app.workerScript !== 'missing') this.#history.endAll('no worker');
    if (!outcome.ok) this.#verdicts.violate('a registration failed', this.page, outcome.error.everything);
    for (const span of before) this.#history.end(span);
  }

  async logout(): Promise<void> {
    const { sub } = this.user;
    const loggingOut = this.#history.begin('logs out', sub, `in ${this.page}`);
    try {
      await this.tab.logout();
      const again = this.#history.find(
        ['registers', 'token forced'],
        undefined,
        loggingOut.fromMs,
        Date.now(),
      );
      const isReopened = again.some(({ about }) => about === sub);
      // One whose provider does not say whose it is can log out nobody else.
      const calls = withUsers(this.#world.app.tokenHost.calls, this.#history);
      const isOwn = isKnown(this.page, Date.now(), calls, this.#history);
      this.#history.begin(isReopened || !isOwn ? 'perhaps logged out' : 'logged out', sub);
    } finally {
      this.#history.end(loggingOut);
    }
  }

  /** Takes what its page has seen, which is lost otherwise when the page goes; says how much is still under way. */
  async drain(): Promise<number> {
    const drained = await this.tab.evaluate(drainTraffic);
    if (drained) this.#verdicts.take(drained);
    return drained?.pending.length ?? 0;
  }

  stopTraffic(): Promise<void> {
    return this.tab.evaluate(stopTraffic);
  }

  /** The page goes, for a while or for good. */
  async leave(about: string, go: () => Promise<void>): Promise<void> {
    await this.drain();
    this.#history.note('leaves', this.name, about);
    await go();
  }

  /** Its page is gone, though not yet what it had sent. */
  forget(): void {
    for (const span of this.#users.splice(0)) span.toMs = Date.now() + LAST_REQUESTS_MS;
  }

  /** Whether the page that it shows is the one that it left, out of the back/forward cache. */
  async isSamePage(): Promise<boolean> {
    await this.tab.evaluate(loaded);
    const drained = await this.tab.evaluate(drainTraffic);
    if (drained) this.#verdicts.take(drained);
    return drained?.page === this.page;
  }
}

/** Runs in the page. */
function loaded(): Promise<void> {
  return new Promise((resolve) => {
    if (document.readyState === 'complete') resolve();
    else addEventListener('load', () => resolve());
  });
}

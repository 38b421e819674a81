import { expect } from 'vitest';
import type { Answer } from '../pages/answer.js';
import type { Outcome, RecordedEvent, RegisterOptions } from '../pages/registrations.js';
import type { AppServer } from './app-server.js';
import type { EnginePage, Realm } from './engine.js';
import type { ProviderCall, Behaviour } from './token-host.js';

/** An event takes a few milliseconds, on a busy machine a few hundred. */
const QUIET_MS = 500;

/** A page's message to a worker that is lost goes again after three seconds. */
export const MODE_CHANGE = { timeout: 15_000 };

/** The part of the app that one page or frame is: it registers, sends requests and hears events. */
export class AppRealm<Page extends Realm = Realm> {
  readonly name: string;
  readonly page: Page;
  readonly #app: AppServer;

  constructor(name: string, page: Page, app: AppServer) {
    this.name = name;
    this.page = page;
    this.#app = app;
  }

  evaluate: Realm['evaluate'] = (run, ...args) => this.page.evaluate(run, ...args);

  /** Registers, and demands that it worked; says the mode. */
  async register(options: RegisterOptions = {}): Promise<string> {
    const outcome = await this.tryRegister(options);
    if (!outcome.ok) throw new Error(`${this.name} could not register: ${outcome.error.everything}`);
    return outcome.value;
  }

  tryRegister(options: RegisterOptions = {}): Promise<Outcome<string>> {
    return this.evaluate((given) => harness.registrations.register(given), options);
  }

  fetch(url: string, init: RequestInit = {}): Promise<Answer> {
    return this.evaluate((to, given) => harness.answer(to, given), url, init);
  }

  getAccessToken(
    options: { forceRefresh?: boolean; minValiditySeconds?: number } = {},
    registration = 0,
  ): Promise<Outcome<string>> {
    return this.evaluate(
      (given, at) => harness.registrations.getAccessToken(given, at),
      options,
      registration,
    );
  }

  logout(): Promise<void> {
    return this.evaluate(() => harness.registrations.at().logout());
  }

  /** Every event since the page was loaded, or those of one type. */
  async events(type?: string): Promise<RecordedEvent[]> {
    const events = await this.evaluate(() => harness.registrations.events);
    return type === undefined ? events : events.filter((event) => event.type === type);
  }

  /** The events of one type, once there are so many at least and nothing more comes. */
  async settledEvents(type: string, atLeast = 1): Promise<RecordedEvent[]> {
    await expect.poll(async () => (await this.events(type)).length).toBeGreaterThanOrEqual(atLeast);
    await this.#hearAll();
    return this.events(type);
  }

  /** Forgets what was heard, once nothing more comes. */
  async forgetEvents(): Promise<void> {
    await this.#hearAll();
    await this.evaluate(() => void harness.registrations.events.splice(0));
  }

  /** Events arrive a while after what they tell of. */
  async #hearAll(): Promise<void> {
    let heard: number;
    do {
      heard = (await this.events()).length;
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    } while ((await this.events()).length > heard);
  }

  /** How this tab's provider behaves from now on. */
  behave(behaviour: Behaviour): void {
    this.#app.tokenHost.behave(this.name, behaviour);
  }

  get providerCalls(): ProviderCall[] {
    return this.#app.tokenHost.callsOf(this.name);
  }
}

export type Tab = AppRealm<EnginePage>;

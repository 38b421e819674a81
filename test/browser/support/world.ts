import { AppServer } from './app-server.js';
import type { EngineName, Profile, Windows } from './engine.js';
import { test as base } from './shared-engine.js';
import { engineName } from './start-engine.js';
import { AppRealm } from './tab.js';
import type { Tab } from './tab.js';
import type { Holder } from './token-issuer.js';

export interface TabOptions {
  readonly holder?: Holder;
  readonly lifeSeconds?: number;
  /** Under which of its names the app is opened. @default app.origin */
  readonly origin?: string;
}

export const ALICE: Holder = { iss: 'tenant-foo', sub: 'alice', context: { issue: 'FOO-1' } };
export const BOB: Holder = { iss: 'tenant-bar', sub: 'bob', context: { issue: 'BAR-1' } };

/** One app on servers of its own, and one browser profile that looks at it. */
export class World {
  readonly app: AppServer;
  readonly profile: Profile;
  readonly tabs: Tab[] = [];

  constructor(app: AppServer, profile: Profile) {
    this.app = app;
    this.profile = profile;
  }

  /** Opens the app in a new tab, without registering yet. */
  async openTab(
    name: string,
    { holder = ALICE, lifeSeconds = 300, origin = this.app.origin }: TabOptions = {},
  ): Promise<Tab> {
    this.app.tokenHost.open(name, holder, lifeSeconds);
    const page = await this.profile.openPage(`${origin}/page.html?tab=${name}`);
    const tab = new AppRealm(name, page, this.app);
    this.tabs.push(tab);
    return tab;
  }

  /** Opens a page of another site that embeds the app once for each name. */
  async openFrames(holders: Readonly<Record<string, Holder>>, sandbox?: string): Promise<AppRealm[]> {
    const host = new URL(`${this.app.attacker}/frames.html`);
    if (sandbox !== undefined) host.searchParams.set('sandbox', sandbox);
    for (const [name, holder] of Object.entries(holders)) {
      this.app.tokenHost.open(name, holder, 300);
      host.searchParams.append('frame', `${name} ${this.app.origin}/page.html?tab=${name}`);
    }
    const page = await this.profile.openPage(host.href);
    // All are looked up again where one had to be loaded again.
    for (const name of Object.keys(holders)) await page.frame(name);
    return Promise.all(
      Object.keys(holders).map(async (name) => new AppRealm(name, await page.frame(name), this.app)),
    );
  }

  /** What an onlooker would want to know of a test that failed. */
  account(): string {
    const { seen, tokenHost } = this.app;
    const calls = tokenHost.calls.map(({ tab, reason, behaviour }) => `${tab}: ${reason} → ${behaviour}`);
    const consoles = this.tabs.flatMap(({ name, page }) => page.console.map((line) => `${name}: ${line}`));
    return `The server saw\n${seen.summary()}\nProviders\n${calls.join('\n')}\nConsoles\n${consoles.join('\n')}`;
  }
}

/** Servers and a profile for each test, so that no two tests share a worker. */
export const test = base
  .extend('windows', 'none' as Windows)
  .extend('world', async ({ engine, windows, task, onTestFailed }, { onCleanup }): Promise<World> => {
    const app = await AppServer.start();
    const profile = await engine.openProfile(windows);
    const world = new World(app, profile);
    onTestFailed(() => {
      console.error(world.account());
      if (!engine.hasCrashed) return;
      Object.assign(task.meta, { browserCrash: true });
      console.error(`${engine.name} has crashed, or what drives it: this says nothing of the package.`);
    });
    onCleanup(async () => {
      await profile.close();
      await app.close();
    });
    return world;
  });

/** The same with every tab in a window: for what is clicked on, hidden, or kept for going back. */
export const windowedTest = test.extend('windows', 'shown' as Windows);

/** The test, in some engines only, with the reason beside it: elsewhere there is no such test. */
export function onlyIn<Test>(ofTest: Test, ...engines: readonly EngineName[]): Test {
  return engines.includes(engineName) ? ofTest : (NO_TEST as Test);
}

const NO_TEST = Object.assign(() => undefined, { for: () => () => undefined });

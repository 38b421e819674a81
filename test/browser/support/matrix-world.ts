import { expect } from 'vitest';
import type { RegisterOptions } from '../pages/registrations.js';
import { AppServer } from './app-server.js';
import type { Engine, Profile } from './engine.js';
import { serveHttp2 } from './faults-http2.js';
import { matrixRoutes } from './matrix-routes.js';
import { test as base } from './shared-engine.js';
import { AppRealm, type Tab } from './tab.js';
import { ALICE } from './world.js';

/** Who attaches the token; `bare` is the same app in a profile in which nobody ever registered. */
export const LANES = ['worker', 'page'] as const;
export type Lane = (typeof LANES)[number];
export type By = Lane | 'bare';

const RULES: NonNullable<RegisterOptions['include']> = [
  { path: '/api/matrix/named/', destinations: ['style', 'script'], navigations: true },
  '/api/',
];

/** No two requests of different profiles are taken for one another by this, and all are of the same length. */
export const MARKS: Readonly<Record<By, string>> = { bare: 'bare', worker: 'work', page: 'page' };

/** One profile of the browser, with one tab in which the app is open. */
export class Site {
  readonly by: By;
  readonly app: AppServer;
  readonly tab: Tab;
  readonly #profile: Profile;
  readonly #origin: string;
  #tries = 0;

  constructor(by: By, app: AppServer, profile: Profile, origin: string, tab: Tab) {
    this.by = by;
    this.app = app;
    this.tab = tab;
    this.#profile = profile;
    this.#origin = origin;
  }

  static async open(by: By, app: AppServer, profile: Profile, origin = app.origin): Promise<Site> {
    return new Site(by, app, profile, origin, await openTab(by, app, profile, origin));
  }

  /** How the app registers here; not at all where it is bare. */
  get options(): RegisterOptions | undefined {
    return optionsOf(this.by);
  }

  /** Another tab of it, for what ends with its page. */
  openTab(): Promise<Tab> {
    return openTab(this.by, this.app, this.#profile, this.#origin);
  }

  /** Brings the app back into its tab, where a request has put another document there. */
  async restore(): Promise<void> {
    if (await this.tab.evaluate(() => 'harness' in globalThis)) return;
    await this.tab.page.goto(`${this.#origin}/page.html?tab=a`);
    await register(this.by, this.tab);
  }

  /**
   * Waits until what is refused is sent again: where a token could not be replaced, nobody tries to for up to a second,
   * and the next request would get its 401 too.
   */
  async recovers(): Promise<void> {
    await expect.poll(() => this.#isSentAgain('echo')).toBe(true);
    await expect.poll(() => this.#isSentAgain('picture.png')).toBe(true);
  }

  /** A picture goes through the worker, in the page's own lane too. */
  async #isSentAgain(route: 'echo' | 'picture.png'): Promise<boolean> {
    const query = `?cell=again-${this.#tries++}&by=${MARKS[this.by]}&refuse=0`;
    const url = `/api/matrix/${route}${query}`;
    if (route === 'echo') await this.tab.fetch(url);
    else await this.tab.evaluate((to) => harness.matrix.seeElement('img', to), url);
    return this.app.seen.all.filter((seen) => seen.url.endsWith(query)).at(-1)?.status === 200;
  }

  /** The same under another origin of the app. */
  at(origin: string): Promise<Site> {
    return Site.open(this.by, this.app, this.#profile, origin);
  }
}

function optionsOf(by: By): RegisterOptions | undefined {
  if (by === 'bare') return undefined;
  return { include: RULES, getTokenTimeoutSeconds: 3, inPage: by === 'page' ? 'always' : 'fallback' };
}

async function openTab(by: By, app: AppServer, profile: Profile, origin: string): Promise<Tab> {
  const page = await profile.openPage(`${origin}/page.html?tab=a`);
  const tab = new AppRealm('a', page, app);
  await register(by, tab);
  return tab;
}

async function register(by: By, tab: Tab): Promise<void> {
  const options = optionsOf(by);
  if (!options) return;
  const mode = await tab.register(options);
  expect(mode).toBe(by === 'page' ? 'page' : 'service-worker');
  // Both the lane and the worker beside it have a token: some requests cannot wait for one.
  await tab.fetch('/api/matrix/echo?first');
  await tab.evaluate(() => harness.matrix.seeElement('img', '/api/matrix/picture.png?first'));
}

/** One app, and one browser that looks at it with three profiles. */
export class Matrix {
  readonly app: AppServer;
  readonly #engine: Engine;
  readonly #profiles: Profile[] = [];
  readonly #sites = new Map<string, Promise<Site>>();
  #http2: ReturnType<typeof serveHttp2> | undefined;

  constructor(app: AppServer, engine: Engine) {
    this.app = app;
    this.#engine = engine;
  }

  static async start(engine: Engine): Promise<Matrix> {
    const app = await AppServer.start();
    app.intercept = matrixRoutes;
    // A srcdoc frame has no address that says which tab it is.
    for (const tab of ['a', '']) app.tokenHost.open(tab, ALICE, 3600);
    return new Matrix(app, engine);
  }

  site(by: By): Promise<Site> {
    return this.#once(by, async () => {
      const profile = await this.#engine.openProfile();
      this.#profiles.push(profile);
      return Site.open(by, this.app, profile);
    });
  }

  /** The same app over HTTP/2: only there does Chromium send a body that is a stream. */
  http2(by: By): Promise<Site> {
    this.#http2 ??= serveHttp2(this.app);
    const served = this.#http2;
    return this.#once(`${by} over HTTP/2`, async () => (await this.site(by)).at((await served).origin));
  }

  async close(): Promise<void> {
    for (const profile of this.#profiles) await profile.close();
    (await this.#http2)?.close();
    await this.app.close();
  }

  #once(key: string, open: () => Promise<Site>): Promise<Site> {
    const found = this.#sites.get(key) ?? open();
    this.#sites.set(key, found);
    return found;
  }
}

/** An app and three profiles for each file: a cell is a request, not a browser. */
export const test = base.extend(
  'matrix',
  { scope: 'file' },
  async ({ engine }, { onCleanup }): Promise<Matrix> => {
    const matrix = await Matrix.start(engine);
    onCleanup(() => matrix.close());
    return matrix;
  },
);

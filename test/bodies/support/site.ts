import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppServer, type Exchange } from '../../browser/support/app-server.js';
import { startDisplay, type Display } from '../../setup/display.js';
import type { EngineName } from '../../browser/support/engine.js';
import { AppRealm } from '../../browser/support/tab.js';
import { ALICE } from '../../browser/support/world.js';
import { writePattern } from './pattern.js';
import { SelfDrivenPage } from './self-driven-page.js';
import { startUnattended, type RunningBrowser } from './unattended-browser.js';
import { startWebkit } from './webkit-browser.js';

export interface OpenBrowser {
  readonly pid: number;
  readonly tab: AppRealm;
  close(): Promise<void>;
}

/** The app's servers, and a profile of one engine on the disk, which outlives the browsers that use it. */
export class Site {
  readonly app: AppServer;
  /** What went out of each download, in bytes. */
  readonly sent: number[] = [];
  readonly engine: EngineName;
  readonly #profile: string;
  readonly #display: Display | undefined;
  #page = new SelfDrivenPage('');
  #runs = 0;

  private constructor(app: AppServer, engine: EngineName, profile: string, display: Display | undefined) {
    this.app = app;
    this.engine = engine;
    this.#profile = profile;
    this.#display = display;
    app.tokenHost.open('a', ALICE, 3600);
    app.intercept = async (exchange) => this.#page.serve(exchange) || this.#download(exchange);
  }

  static async open(engine: EngineName): Promise<Site> {
    const profile = await mkdtemp(join(tmpdir(), `bearer-worker-bodies-${engine}-`));
    const display = engine === 'webkit' ? await startDisplay() : undefined;
    return new Site(await AppServer.start(), engine, profile, display);
  }

  /** A new browser each time: what one has freed and kept would hide what the next step takes. */
  async openBrowser(): Promise<OpenBrowser> {
    const run = String((this.#runs += 1));
    this.#page = new SelfDrivenPage(run);
    const url = `${this.app.origin}/self-driven.html?tab=a&run=${run}`;
    const browser = await this.#start(url);
    const tab = new AppRealm('a', this.#page, this.app);
    return { pid: browser.pid, tab, close: () => browser.close() };
  }

  #start(url: string): Promise<RunningBrowser> {
    if (this.engine !== 'webkit') return startUnattended(this.engine, this.#profile, url);
    return startWebkit(this.#display?.name ?? '', this.file, url);
  }

  /** For the engine that chooses one from the disk. */
  get file(): string {
    return join(this.#profile, 'large.bin');
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.#display?.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }

  async #download({ url, seen, response }: Exchange): Promise<boolean> {
    if (url.pathname !== '/api/large' || seen.judgement.verdict !== 'good') return false;
    const bytes = Number(url.searchParams.get('bytes'));
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': bytes,
      'cache-control': 'no-store',
    });
    this.sent.push(await writePattern(response, bytes));
    return true;
  }
}

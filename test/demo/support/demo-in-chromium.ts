import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { driverFor } from '../../../demo/driver.mjs';
import { startDemo, type Demo } from '../../../demo/start.mjs';
import { findChromium } from '../../setup/browser.mjs';
import { CHROMIUM_SWITCHES } from '../../setup/chromium-switches.js';
import { Journal } from './journal.js';

const SWITCHES = [
  ...CHROMIUM_SWITCHES,
  // Frames of other sites stay in the page's process: puppeteer now and then loses one that moves, and what is asked of
  // it is then never answered. Partitions go by site all the same.
  '--disable-site-isolation-trials',
  '--disable-features=IsolateOrigins,site-per-process',
];

/** The demo, and a Chromium with a profile of its own that shows its screen. */
export class DemoInChromium {
  readonly demo: Demo;
  readonly browser: Browser;
  readonly screen: Page;
  readonly journal: Journal;
  readonly #folder: string;

  private constructor(demo: Demo, browser: Browser, screen: Page, folder: string) {
    this.demo = demo;
    this.browser = browser;
    this.screen = screen;
    this.journal = new Journal(demo.journal.entries);
    this.#folder = folder;
  }

  static async open(options: { lifeSeconds: number }): Promise<DemoInChromium> {
    const demo = await startDemo({ port: 0, lifeSeconds: options.lifeSeconds });
    const folder = await mkdtemp(join(tmpdir(), 'demo-'));
    const browser = await puppeteer.launch({
      executablePath: findChromium(),
      userDataDir: join(folder, 'profile'),
      args: SWITCHES,
      // All on one screen, so that no frame is out of sight and slowed down for it.
      defaultViewport: { width: 1600, height: 1400 },
    });
    const screen = (await browser.pages())[0] ?? (await browser.newPage());
    // Drawn sixty times a second without a graphics card, the picture would take most of what the tests take.
    await screen.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    const session = await browser.target().createCDPSession();
    await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
    const opened = new DemoInChromium(demo, browser, screen, folder);
    opened.drive();
    await endStartup(screen);
    await screen.goto(demo.url);
    return opened;
  }

  /** Lets the screen's buttons reach the browser itself. */
  drive(): void {
    this.demo.useDriver(driverFor(this.browser, this.demo.url));
  }

  /** Presses a button of the screen: the tenant's, or one of the `browser` group. */
  async press(group: string, name: string): Promise<number> {
    const at = Date.now();
    await this.screen.locator(`fieldset.${group} ::-p-text(${name})`).click();
    return at;
  }

  async choose(group: string, value: string): Promise<number> {
    const at = Date.now();
    await this.screen.select(`fieldset.${group} select`, value);
    return at;
  }

  /** Says since when: for the tokens that are made from then on. */
  async letTokensLive(lifeSeconds: number): Promise<number> {
    const at = await this.choose('browser', String(lifeSeconds));
    const [set] = await this.journal.until(at, { type: 'control', action: 'token-life' });
    return set?.at ?? at;
  }

  async downloads(): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => name.endsWith('.csv')).sort();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.demo.close();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const IDLE_MS = 2000;

/**
 * Until a Chromium has seen its first page idle for a second, or for its first minute, it holds back every update of a
 * worker, and each register() behind it (seen in 156: up to 52 s). The screen is never idle, so a blank page goes first.
 */
async function endStartup(page: Page): Promise<void> {
  await page.goto('data:text/html,<title>Idle</title>');
  await page.waitForNetworkIdle({ idleTime: IDLE_MS });
}

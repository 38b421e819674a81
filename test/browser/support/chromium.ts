import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import type { BrowserContext, CDPSession, Frame, Page } from 'puppeteer-core';
import { findChromium } from '../../setup/browser.mjs';
import { ADDRESS_BAR_FEATURES, CHROMIUM_SWITCHES } from '../../setup/chromium-switches.js';
import type { Engine, EnginePage, Profile } from './engine.js';
import { evaluateIn, recordConsole } from './puppeteer.js';
import { NEEDS_WINDOW, openWithoutWindow } from './windowless.js';
import type { OpenPage } from './windowless.js';

const SWITCHES = [
  ...CHROMIUM_SWITCHES,
  '--autoplay-policy=no-user-gesture-required',
  // The server that speaks HTTP/2 vouches for itself.
  '--ignore-certificate-errors',
  // Where a page is not secure: no service workers, no locks, no crypto.subtle.
  '--host-resolver-rules=MAP insecure.example 127.0.0.1',
  `--disable-features=${[
    // A renderer kept ready for the next page, which mostly never comes: a fifth of the time of a small test.
    'SpareRendererForSitePerProcess',
    ...ADDRESS_BAR_FEATURES,
  ].join(',')}`,
];

/** Puppeteer turns the back/forward cache off, which users have. */
const WITHOUT = ['--disable-back-forward-cache'];

/**
 * @param preferences of the browser, by the names that Chromium's own file has for them
 * @param kind a private window for each profile, or the one and only profile of the browser's ordinary windows
 */
export async function startChromium(
  preferences?: object,
  kind: 'private' | 'ordinary' = 'private',
): Promise<Engine> {
  const userDataDir = await mkdtemp(join(tmpdir(), 'bearer-worker-chromium-'));
  if (preferences) {
    await mkdir(join(userDataDir, 'Default'));
    await writeFile(join(userDataDir, 'Default', 'Preferences'), JSON.stringify(preferences));
  }
  const browser = await puppeteer.launch({
    executablePath: findChromium(),
    userDataDir,
    args: SWITCHES,
    ignoreDefaultArgs: WITHOUT,
    // A 50 MB upload and a minute of traffic are awaited inside one evaluate.
    protocolTimeout: 180_000,
    // No test looks at requests from inside the browser, which would tell of each in several messages.
    networkEnabled: false,
  });
  // A page in no window lives as long as the session that has opened it.
  const session = await browser.target().createCDPSession();
  let isClosing = false;
  return {
    name: 'chromium',
    get hasCrashed() {
      return !isClosing && !browser.connected;
    },
    async openProfile(windows = 'shown') {
      // It closes with the browser only.
      if (kind === 'ordinary')
        return { ...profileOf(browser.defaultBrowserContext()), close: () => Promise.resolve() };
      const context = await browser.createBrowserContext({ downloadBehavior: { policy: 'deny' } });
      return windows === 'shown' ? profileOf(context) : profileOf(context, session);
    },
    async close() {
      isClosing = true;
      await browser.close();
      await rm(userDataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** @param windowless the session that opens its pages, in no window */
function profileOf(context: BrowserContext, windowless?: CDPSession): Profile {
  const opened: OpenPage[] = [];
  return {
    async openPage(url) {
      const each = await (windowless ? openWithoutWindow(context, windowless) : openInWindow(context));
      opened.push(each);
      const page = chromiumPage(each, await each.page.createCDPSession());
      await page.goto(url);
      return windowless ? { ...page, ...NEEDS_WINDOW } : page;
    },
    stopWorkers: () => stopWorkers(opened.find(({ page }) => !page.isClosed())?.page),
    async close() {
      // A page in no window outlives its profile otherwise, and a minute later the browser ends itself over it.
      const closed = await Promise.allSettled(windowless ? opened.map((each) => each.close()) : []);
      await context.close();
      for (const each of closed) if (each.status === 'rejected') throw each.reason;
    },
  };
}

async function openInWindow(context: BrowserContext): Promise<OpenPage> {
  const page = await context.newPage();
  return { page, close: () => page.close() };
}

interface WorkerVersions {
  readonly versions: readonly { readonly versionId: string; readonly runningStatus: string }[];
}

/**
 * The protocol's command returns before the workers are gone, and a request sent meanwhile would still
 * be answered by the one that was to be killed; so this waits for their own word.
 */
async function stopWorkers(page: Page | undefined): Promise<void> {
  if (page === undefined) throw new Error('No page is open: open one before its workers are stopped.');
  const session = await page.createCDPSession();
  const running = new Map<string, string>();
  const stopped = new Promise<void>((resolve) => {
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }: WorkerVersions) => {
      for (const { versionId, runningStatus } of versions) running.set(versionId, runningStatus);
      if ([...running.values()].every((status) => status === 'stopped')) resolve();
    });
  });
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await stopped;
  await session.detach();
}

function chromiumPage(opened: OpenPage, session: CDPSession): EnginePage {
  const { page } = opened;
  return {
    console: recordConsole(page),
    evaluate: evaluateIn(page),
    async goto(url) {
      await page.goto(url, { waitUntil: 'load' });
    },
    async reload({ hard = false } = {}) {
      const loaded = page.waitForNavigation({ waitUntil: 'load' });
      await session.send('Page.reload', { ignoreCache: hard });
      await loaded;
    },
    async click(selector) {
      await page.click(selector);
    },
    async type(url) {
      await session.send('Page.navigate', { url });
    },
    async frame(name) {
      return { evaluate: evaluateIn(await loadedFrame(page, name)) };
    },
    async freeze() {
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    },
    async thaw() {
      await session.send('Page.setWebLifecycleState', { state: 'active' });
    },
    async back() {
      const restored = new Promise<void>((resolve) => {
        page.once('framenavigated', () => resolve());
      });
      // The page may be gone before it could answer.
      await page.evaluate(() => void setTimeout(() => history.back()));
      await restored;
    },
    show: () => page.bringToFront(),
    async setOnline(isOnline) {
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', {
        offline: !isOnline,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: -1,
      });
    },
    async limitStorage(bytes) {
      const { origin } = new URL(page.url());
      const limit = bytes === undefined ? {} : { quotaSize: bytes };
      await session.send('Storage.overrideQuotaForOrigin', { origin, ...limit });
    },
    close: () => opened.close(),
  };
}

const FRAME_ANSWER_MS = 2000;
const FRAME_LOADS = 5;

/**
 * A frame of another site moves to a process of its own while it loads, and puppeteer now and then loses it on the way:
 * what is asked of it is then never answered. Nothing has happened in the page by then, so it is loaded again.
 */
async function loadedFrame(page: Page, name: string): Promise<Frame> {
  for (let load = 1; load <= FRAME_LOADS; load += 1) {
    const endMs = Date.now() + FRAME_ANSWER_MS;
    while (Date.now() < endMs) {
      const frame = page.frames().find((each) => each.name() === name);
      const isLoaded = frame?.evaluate(() => document.readyState === 'complete').catch(() => false);
      const tooLate = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), endMs - Date.now()));
      if (frame && (await Promise.race([isLoaded, tooLate])) && frame.url() !== 'about:blank') return frame;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await page.reload({ waitUntil: 'load' });
  }
  throw new Error(`No frame named "${name}" has loaded: is it named in the page's address?`);
}

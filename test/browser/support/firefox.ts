import puppeteer from 'puppeteer-core';
import type { Browser, BrowserContext, Frame, Page } from 'puppeteer-core';
import { BROWSERS, findBrowser } from '../../setup/browser.mjs';
import { cannot } from './engine.js';
import type { Engine, EnginePage, Profile } from './engine.js';
import { evaluateIn, recordConsole } from './puppeteer.js';

const PREFERENCES = {
  // Media that no one has clicked on plays.
  'media.autoplay.default': 0,
  // The tests' second site is named localhost, and all of it is this machine.
  'network.proxy.type': 0,
  // Nobody looks: painting ten times a second takes a fifth of the work away.
  'layout.frame_rate': 10,
  // No process is kept ready for a next page, which mostly never comes.
  'dom.ipc.processPrelaunch.enabled': false,
};

/** @param preferences of the browser, by the names that about:config has for them */
export async function startFirefox(preferences: Record<string, unknown> = {}): Promise<Engine> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: findBrowser(BROWSERS.firefox),
    headless: true,
    acceptInsecureCerts: true,
    // For what only the browser's own code may do: to stop a worker.
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: { ...PREFERENCES, ...preferences },
    // Tests of long streams are awaited inside one evaluate; each test has a limit of its own.
    protocolTimeout: 900_000,
    // No test looks at requests from inside the browser, which would tell of each in several messages.
    networkEnabled: false,
  });
  // A download would ask where to, and nobody is there to say.
  await bidiOf(browser).send('browser.setDownloadBehavior', { downloadBehavior: { type: 'denied' } });
  let isClosing = false;
  return {
    name: 'firefox',
    get hasCrashed() {
      return !isClosing && !browser.connected;
    },
    openProfile: async () => openProfile(browser, await browser.createBrowserContext()),
    close() {
      isClosing = true;
      return browser.close();
    },
  };
}

function openProfile(browser: Browser, context: BrowserContext): Profile {
  return {
    async openPage(url) {
      const page = await context.newPage();
      const opened = firefoxPage(page);
      await opened.goto(url);
      return opened;
    },
    stopWorkers: () => stopWorkers(browser),
    close: () => context.close(),
  };
}

/** WebDriver BiDi, as puppeteer speaks it and does not show it. */
interface Bidi {
  send(method: string, params: object): Promise<{ result: never }>;
}

function bidiOf(browser: Browser): Bidi {
  return (browser as unknown as { connection: Bidi }).connection;
}

/** Stops the workers of all profiles: a test has one, and the tests of a file run one after another. */
async function stopWorkers(browser: Browser): Promise<void> {
  const connection = bidiOf(browser);
  const tree = await connection.send('browsingContext.getTree', { 'moz:scope': 'chrome', maxDepth: 0 });
  const [window] = (tree.result as { contexts: { context: string }[] }).contexts;
  const answer = await connection.send('script.evaluate', {
    expression: TERMINATE_WORKERS,
    target: { context: window?.context },
    awaitPromise: true,
  });
  const { type } = answer.result as { type: string };
  if (type !== 'success') throw new Error(`Firefox did not stop its workers: ${JSON.stringify(answer)}`);
}

/** For the browser's own window, which alone knows these names. */
const TERMINATE_WORKERS = `(async () => {
  const manager = Cc['@mozilla.org/serviceworkers/manager;1'].getService(Ci.nsIServiceWorkerManager);
  const registrations = manager.getAllRegistrations();
  for (let at = 0; at < registrations.length; at += 1) {
    const info = registrations.queryElementAt(at, Ci.nsIServiceWorkerRegistrationInfo);
    await info.activeWorker?.terminateWorker();
  }
})()`;

function firefoxPage(page: Page): EnginePage {
  return {
    console: recordConsole(page),
    evaluate: evaluateIn(page),
    async goto(url) {
      await page.goto(url, { waitUntil: 'load' });
    },
    async reload({ hard = false } = {}) {
      if (hard) cannot('firefox', 'reload past the cache');
      await page.reload({ waitUntil: 'load' });
    },
    async click(selector) {
      // Puppeteer waits for the page to be drawn, which Firefox does ever more rarely to one that is hidden.
      await page.bringToFront();
      await page.click(selector);
    },
    async type(url) {
      // One that ends in a download, or in no document, is none that ever has loaded.
      await page.goto(url, { waitUntil: 'load' }).catch(() => undefined);
    },
    async frame(name) {
      return { evaluate: evaluateIn(await loadedFrame(page, name)) };
    },
    freeze: () => cannot('firefox', 'freeze a page'),
    thaw: () => cannot('firefox', 'freeze a page'),
    async back() {
      await page.goBack();
    },
    show: () => page.bringToFront(),
    setOnline: (isOnline) => page.setOfflineMode(!isOnline),
    limitStorage: () => cannot('firefox', 'limit an origin’s storage'),
    close: () => page.close(),
  };
}

const FRAME_LOAD_MS = 10_000;

/** WebDriver BiDi does not tell a frame's name; the frame does. */
async function loadedFrame(page: Page, name: string): Promise<Frame> {
  const endMs = Date.now() + FRAME_LOAD_MS;
  while (Date.now() < endMs) {
    for (const frame of page.frames()) {
      const isIt = await frame
        .evaluate(
          (wanted) =>
            self.name === wanted && document.readyState === 'complete' && location.href !== 'about:blank',
          name,
        )
        .catch(() => false);
      if (isIt) return frame;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`No frame named "${name}" has loaded: is it named in the page's address?`);
}

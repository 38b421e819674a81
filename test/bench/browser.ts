import puppeteer, {
  type Browser,
  type BrowserContext,
  type CDPSession,
  type Frame,
  type Page,
} from 'puppeteer-core';
import { findChromium } from '../setup/browser.mjs';
import { ADDRESS_BAR_FEATURES, CHROMIUM_SWITCHES } from '../setup/chromium-switches.js';
import type { Bench } from './pages/app.js';
import type { Contestant } from './contestants.js';
import type { Site } from './site.js';

/** Frames stay in their tab's process: the driver finds each, and one process's thread time is the whole tab's. */
const IN_ONE_PROCESS = [
  '--disable-site-isolation-trials',
  `--disable-features=${['IsolateOrigins', 'site-per-process', ...ADDRESS_BAR_FEATURES].join(',')}`,
];

const READY_MS = 30_000;

type Method = keyof Bench;
type Answer<M extends Method> = Awaited<ReturnType<Bench[M]>>;

/** The app's frame of one contestant, in a tab of the product. */
export class BenchTab {
  readonly contestant: Contestant;
  readonly page: Page;
  readonly #frame: Frame;
  #session: CDPSession | undefined;

  constructor(contestant: Contestant, page: Page, frame: Frame) {
    this.contestant = contestant;
    this.page = page;
    this.#frame = frame;
  }

  call<M extends Method>(method: M, ...given: Parameters<Bench[M]>): Promise<Answer<M>> {
    const run = (name: string, args: unknown[]): unknown => {
      const { bench } = globalThis as unknown as { bench: Record<string, (...args: unknown[]) => unknown> };
      return bench[name]!(...args);
    };
    return this.#frame.evaluate(run as never, method as never, given as never);
  }

  /** Seconds that the tab's main thread has been busy since it was opened. */
  async busySeconds(): Promise<number> {
    if (!this.#session) {
      this.#session = await this.page.createCDPSession();
      await this.#session.send('Performance.enable', { timeDomain: 'threadTicks' });
    }
    const { metrics } = await this.#session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value;
  }

  /** Ends the workers of this tab's origin, where there are any, and those only: others keep theirs awake. */
  async stopWorkers(): Promise<void> {
    const { origin } = new URL(this.#frame.url());
    const session = await this.page.createCDPSession();
    const running = new Set<string>();
    const stopped = new Promise<void>((resolve) => {
      session.on('ServiceWorker.workerVersionUpdated', ({ versions }: WorkerVersions) => {
        for (const { versionId, scriptURL, runningStatus } of versions) {
          if (!scriptURL.startsWith(origin)) continue;
          if (runningStatus === 'stopped') running.delete(versionId);
          else if (!running.has(versionId)) {
            running.add(versionId);
            // It is not answered where the session ends first.
            session.send('ServiceWorker.stopWorker', { versionId }).catch(() => undefined);
          }
        }
        if (running.size === 0) resolve();
      });
    });
    await session.send('ServiceWorker.enable');
    // Where there is no worker at all nothing is told.
    const nothing = new Promise<void>((resolve) => setTimeout(resolve, STOP_MS));
    await Promise.race([stopped, nothing]);
    await session.detach();
  }

  close(): Promise<void> {
    return this.page.close();
  }
}

interface WorkerVersions {
  readonly versions: readonly { versionId: string; scriptURL: string; runningStatus: string }[];
}

const STOP_MS = 1000;

export class BenchBrowser {
  readonly version: string;
  readonly #browser: Browser;

  private constructor(browser: Browser, version: string) {
    this.#browser = browser;
    this.version = version;
  }

  static async start(): Promise<BenchBrowser> {
    const browser = await puppeteer.launch({
      executablePath: findChromium(),
      args: [...CHROMIUM_SWITCHES, ...IN_ONE_PROCESS],
      // Or the browser tells of each request, and it is the telling that is measured.
      networkEnabled: false,
      protocolTimeout: 900_000,
    });
    return new BenchBrowser(browser, await browser.version());
  }

  get pid(): number {
    return this.#browser.process()!.pid!;
  }

  /** A profile of its own, with nothing stored. */
  async openProfile(): Promise<BenchProfile> {
    return new BenchProfile(await this.#browser.createBrowserContext());
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}

export class BenchProfile {
  readonly #context: BrowserContext;

  constructor(context: BrowserContext) {
    this.#context = context;
  }

  /** Resolves when the contestant is ready to send. */
  async open(
    site: Site,
    contestant: Contestant,
    settings: Readonly<Record<string, string>> = {},
    origin = contestant.id,
  ): Promise<BenchTab> {
    const page = await this.#context.newPage();
    await page.goto(site.pageOf(contestant.id, { ...contestant.settings, ...settings }, origin));
    return new BenchTab(contestant, page, await readyFrame(page, `${origin}.localhost`));
  }

  /** Without waiting for anything. */
  async load(url: string): Promise<Page> {
    const page = await this.#context.newPage();
    await page.goto(url);
    return page;
  }

  /** Bytes of the JavaScript heap of the one worker of an origin. */
  async workerHeapBytes(origin: string): Promise<number> {
    const target = this.#context
      .targets()
      .find((each) => `${each.type()}` === 'service_worker' && each.url().startsWith(origin));
    if (!target) throw new Error(`${origin} has no worker that runs.`);
    const session = await target.createCDPSession();
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return usedSize;
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

/** A contestant may leave its page to sign in; so the frame is asked until one that stays says that it is ready. */
async function readyFrame(page: Page, hostname: string): Promise<Frame> {
  const endMs = Date.now() + READY_MS;
  let last: unknown = 'it never came';
  while (Date.now() < endMs) {
    const frame = page.frames().find((each) => each.url().includes(`//${hostname}:`));
    try {
      if (frame) {
        const isReady = frame.evaluate(() =>
          (globalThis as unknown as { bench: Bench }).bench.ready().then(() => true),
        );
        const isLate = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 5000));
        if (await Promise.race([isReady, isLate])) return frame;
      }
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The frame of ${hostname} was not ready in ${READY_MS / 1000} s.`, { cause: last });
}

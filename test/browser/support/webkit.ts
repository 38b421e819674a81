import { BROWSERS, findBrowser } from '../../setup/browser.mjs';
import { startDisplay } from '../../setup/display.js';
import { cannot } from './engine.js';
import type { Engine, EnginePage, Profile, Realm } from './engine.js';
import { WebDriverError, WebDriverSession } from './webdriver.js';

const CAPABILITIES = {
  acceptInsecureCerts: true,
  // Less than a test may take, so that it is said which call hung.
  timeouts: { script: 150_000, pageLoad: 60_000 },
};

/** Without a graphics card, and as root. */
const ENVIRONMENT = {
  WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  LIBGL_ALWAYS_SOFTWARE: '1',
};

/**
 * WebKitGTK's MiniBrowser; each profile is a browser of its own, which keeps nothing.
 *
 * @param options on its command line, as `MiniBrowser --help` has them
 */
export async function startWebkit(...options: string[]): Promise<Engine> {
  const program = findBrowser(BROWSERS.webkit);
  const display = await startDisplay();
  const env = { ...process.env, ...ENVIRONMENT, DISPLAY: display.name };
  const capabilities = {
    ...CAPABILITIES,
    'webkitgtk:browserOptions': { args: ['--automation', ...options] },
  };
  const sessions: WebDriverSession[] = [];
  return {
    name: 'webkit',
    get hasCrashed() {
      return sessions.some((session) => session.hasCrashed);
    },
    async openProfile() {
      const session = await WebDriverSession.start(program, env, capabilities);
      sessions.push(session);
      return openProfile(session);
    },
    close: () => display.close(),
  };
}

/** Commands go to the session's current window and frame: choosing them and sending one is one step. */
class Driver {
  readonly session: WebDriverSession;
  #last: Promise<unknown> = Promise.resolve();
  /** The window whose page itself was chosen last; a frame is chosen anew each time, for its page may have changed. */
  #chosen: string | undefined;

  constructor(session: WebDriverSession) {
    this.session = session;
  }

  inWindow<Result>(handle: string, frame: readonly number[], send: () => Promise<Result>): Promise<Result> {
    const sent = this.#last.then(async () => {
      if (this.#chosen !== handle || frame.length > 0) await this.#choose(handle, frame);
      return send();
    });
    this.#last = sent.catch(() => {
      this.#chosen = undefined;
    });
    return sent;
  }

  async #choose(handle: string, frame: readonly number[]): Promise<void> {
    await this.session.post('/window', { handle });
    await this.session.post('/frame', { id: null });
    for (const id of frame) await this.session.post('/frame', { id });
    this.#chosen = frame.length > 0 ? undefined : handle;
  }
}

async function openProfile(session: WebDriverSession): Promise<Profile> {
  const driver = new Driver(session);
  const first = (await session.get('/window')) as string;
  let isFirstUsed = false;
  return {
    async openPage(url) {
      let handle = first;
      if (isFirstUsed) {
        // The session's current window may have been closed.
        const [open] = (await session.get('/window/handles')) as [string];
        const added = await driver.inWindow(open, [], () => session.post('/window/new', { type: 'tab' }));
        ({ handle } = added as { handle: string });
      }
      isFirstUsed = true;
      const page = webkitPage(driver, handle);
      await page.goto(url);
      return page;
    },
    stopWorkers: () => cannot('webkit', 'stop a service worker'),
    close: () => session.end(),
  };
}

function webkitPage(driver: Driver, handle: string): EnginePage {
  const lines: string[] = [];
  const inPage = <Result>(send: () => Promise<Result>): Promise<Result> => driver.inWindow(handle, [], send);
  const post = (path: string, body?: object): Promise<unknown> =>
    inPage(() => driver.session.post(path, body));
  return {
    console: lines,
    evaluate: evaluateIn(driver, handle, [], lines),
    async goto(url) {
      await post('/url', { url });
      await hasLoaded(driver, handle);
    },
    async reload({ hard = false } = {}) {
      if (hard) cannot('webkit', 'reload past the cache');
      await post('/refresh');
      await hasLoaded(driver, handle);
    },
    async click(selector) {
      const found = await post('/element', { using: 'css selector', value: selector });
      const [element] = Object.values(found as Record<string, string>);
      await post(`/element/${element}/click`);
    },
    async type(url) {
      await post('/url', { url }).catch(() => undefined);
    },
    async frame(name) {
      return { evaluate: evaluateIn(driver, handle, [await loadedFrame(driver, handle, name)]) };
    },
    freeze: () => cannot('webkit', 'freeze a page'),
    thaw: () => cannot('webkit', 'freeze a page'),
    async back() {
      await post('/back');
    },
    async show() {
      await post('/window', { handle });
    },
    setOnline: () => cannot('webkit', 'take the network from a page'),
    limitStorage: () => cannot('webkit', 'limit an origin’s storage'),
    async close() {
      await inPage(() => driver.session.delete('/window'));
    },
  };
}

/**
 * WebDriver tells nothing of a page's console, so the page keeps what it says there from the first script on: a line
 * is known once another script has run.
 */
const RECORD_CONSOLE = `
  if (!self.saidOnConsole) {
    const said = (self.saidOnConsole = []);
    for (const type of ['debug', 'log', 'info', 'warn', 'error']) {
      const say = console[type];
      console[type] = function (...parts) {
        said.push((type === 'warn' ? 'warning' : type) + ': ' + parts.map(String).join(' '));
        return say.apply(this, parts);
      };
    }
    addEventListener('error', ({ message, error }) => said.push('uncaught: ' + (error || message)));
    addEventListener('unhandledrejection', ({ reason }) => said.push('uncaught: ' + reason));
  }`;

/** In JSON there is no undefined, so an argument travels in an array. */
const start = (run: string): string => `
  ${RECORD_CONSOLE}
  const [id, args] = JSON.parse(arguments[0]);
  const settled = (self.settledForDriver ??= {});
  settled[id] = '';
  new Promise((resolve) => resolve((${run})(...args.map(([arg]) => arg)))).then(
    (value) => (settled[id] = JSON.stringify({ value })),
    (error) => (settled[id] = JSON.stringify({ error: String(error) + '\\n' + (error && error.stack) })),
  );`;

/** Says nothing while the script runs on, and null where its page is gone. */
const LOOK = `
  const settled = self.settledForDriver;
  const text = settled ? settled[arguments[0]] : undefined;
  if (text === undefined) return null;
  if (text) delete settled[arguments[0]];
  return { text, lines: text ? self.saidOnConsole.splice(0) : [] };`;

type Look = { readonly text: string; readonly lines: readonly string[] } | null;
type Settled = { readonly value?: never } | { readonly error: string };

const LOOK_MS = [0, 5, 10, 20, 50];

let scripts = 0;

/**
 * A script that takes its time is looked after again and again: a command that waits for it would be overtaken by the
 * choice of another window.
 */
function evaluateIn(
  driver: Driver,
  handle: string,
  frame: readonly number[],
  lines: string[] = [],
): Realm['evaluate'] {
  const execute = (script: string, arg: unknown): Promise<unknown> =>
    driver.inWindow(handle, frame, () => driver.session.post('/execute/sync', { script, args: [arg] }));
  return async (run, ...args) => {
    const id = String((scripts += 1));
    const wrapped = args.map((arg) => (arg === undefined ? [] : [arg]));
    await execute(start(String(run)), JSON.stringify([id, wrapped]));
    for (let looks = 0; ; looks += 1) {
      const look = (await execute(LOOK, id)) as Look;
      if (!look) throw new Error('The page has gone elsewhere while a script of the test ran in it.');
      if (look.text) {
        lines.push(...look.lines);
        const settled = JSON.parse(look.text) as Settled;
        if ('error' in settled) throw new Error(settled.error);
        return settled.value as never;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS[Math.min(looks, LOOK_MS.length - 1)]));
    }
  };
}

const LOAD_MS = 30_000;

/** Of a tab that is new, the driver may take the loading of its first, empty page for that of the next. */
async function hasLoaded(driver: Driver, handle: string): Promise<void> {
  const endMs = Date.now() + LOAD_MS;
  const script = 'return document.readyState';
  const state = (): Promise<unknown> =>
    driver.inWindow(handle, [], () => driver.session.post('/execute/sync', { script, args: [] }));
  while ((await state()) !== 'complete') {
    if (Date.now() > endMs) throw new Error('The page has not loaded.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const FRAME_LOAD_MS = 10_000;

async function loadedFrame(driver: Driver, handle: string, name: string): Promise<number> {
  const endMs = Date.now() + FRAME_LOAD_MS;
  while (Date.now() < endMs) {
    const inPage = evaluateIn(driver, handle, []);
    const names = await inPage(() => [...document.querySelectorAll('iframe')].map((frame) => frame.name));
    const at = names.indexOf(name);
    const isLoaded =
      at >= 0 &&
      (await evaluateIn(driver, handle, [at])(
        () => document.readyState === 'complete' && location.href !== 'about:blank',
      ).catch((error: unknown) => {
        if (error instanceof WebDriverError) return false;
        throw error;
      }));
    if (isLoaded) return at;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`No frame named "${name}" has loaded: is it named in the page's address?`);
}

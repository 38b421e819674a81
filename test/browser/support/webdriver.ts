import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { freePort } from '../../setup/free-port.js';

const START_MS = 20_000;
const END_MS = 10_000;

/** A driver's process, and the one session that it has: W3C WebDriver over HTTP. */
export class WebDriverSession {
  readonly #driver: ChildProcess;
  readonly #base: string;
  #isEnding = false;

  /** The driver has ended by itself, or the browser under it has. */
  hasCrashed = false;

  private constructor(driver: ChildProcess, base: string) {
    this.#driver = driver;
    this.#base = base;
    driver.once('exit', () => (this.hasCrashed ||= !this.#isEnding));
  }

  static async start(
    program: string,
    env: NodeJS.ProcessEnv,
    capabilities: object,
  ): Promise<WebDriverSession> {
    const port = await freePort();
    const driver = spawn(program, [`--port=${port}`], { env, stdio: 'ignore' });
    const server = `http://127.0.0.1:${port}`;
    const endMs = Date.now() + START_MS;
    while (!(await isReady(server))) {
      if (driver.exitCode !== null || Date.now() > endMs) throw new Error(`${program} did not start.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { sessionId } = (await call('POST', `${server}/session`, {
      capabilities: { alwaysMatch: capabilities },
    })) as { sessionId: string };
    return new WebDriverSession(driver, `${server}/session/${sessionId}`);
  }

  get(path: string): Promise<unknown> {
    return this.#call('GET', path);
  }

  post(path: string, body: object = {}): Promise<unknown> {
    return this.#call('POST', path, body);
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    // A browser that hangs is not waited for.
    const closed = call('DELETE', this.#base).catch(() => undefined);
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, END_MS))]);
    const ended = new Promise((resolve) => this.#driver.once('exit', resolve));
    if (this.#driver.kill()) await ended;
  }

  delete(path: string): Promise<unknown> {
    return this.#call('DELETE', path);
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    try {
      return await call(method, this.#base + path, body);
    } catch (error) {
      // A session that nobody has ended is gone with its browser.
      if (error instanceof WebDriverError && error.code === 'invalid session id') {
        this.hasCrashed ||= !this.#isEnding;
      }
      throw error;
    }
  }
}

/** What the driver answered with, by the code that the standard has for it. */
export class WebDriverError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

async function call(method: string, url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new WebDriverError(error, message);
}

async function isReady(server: string): Promise<boolean> {
  return call('GET', `${server}/status`).then(
    () => true,
    () => false,
  );
}

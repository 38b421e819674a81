import { spawn } from 'node:child_process';
import { BROWSERS, findBrowser } from './browser.mjs';

export interface Display {
  readonly name: string;
  close(): Promise<void>;
}

/** WebKitGTK has no headless mode. */
export async function startDisplay(): Promise<Display> {
  const program = findBrowser(BROWSERS.display);
  const args = ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'];
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const number = await new Promise<string>((resolve, reject) => {
    server.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
    ended.then(() => reject(new Error(`${program} did not start.`)), reject);
  });
  return {
    name: `:${number}`,
    async close() {
      server.kill();
      await ended;
    },
  };
}

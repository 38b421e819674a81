import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startDemo } from '../../demo/start.mjs';

const START = fileURLToPath(new URL('../../demo/start.mjs', import.meta.url));

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops the demo, and the process ends by itself with 0',
  async (signal) => {
    const child = spawn(process.execPath, [START, '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = await firstOutput(child);
    expect(said).toMatch(/http:\/\/jira\.localhost:\d+\//);
    expect(said).toContain('Ctrl-C');

    const ended = new Promise<[number | null, string | null]>((resolve) =>
      child.once('exit', (code, by) => resolve([code, by])),
    );
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
  },
);

test('a port that is taken is passed over', async () => {
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
  const taken = (squatter.address() as { port: number }).port;

  const demo = await startDemo({ port: taken });
  expect(Number(new URL(demo.url).port)).not.toBe(taken);
  await demo.close();
  await new Promise((resolve) => squatter.close(resolve));
});

test('the last port there is: what does not fit after it listens elsewhere', async () => {
  const squatter = createServer();
  // Whoever has it, it is taken then.
  await new Promise<void>((resolve) =>
    squatter.once('error', () => resolve()).listen(65_535, '127.0.0.1', resolve),
  );

  const demo = await startDemo({ port: 65_535 });
  expect(new URL(demo.url).port).not.toBe('65535');
  expect(await fetch(demo.appUrl)).toBeInstanceOf(Response);
  await demo.close();
  await new Promise((resolve) => squatter.close(resolve));
});

test('two demos run beside each other, and one that is closed leaves no listener on the process', async () => {
  const before = process.listenerCount('unhandledRejection');
  const [first, second] = [await startDemo(), await startDemo()];
  expect(first.url).not.toBe(second.url);
  await first.close();
  await second.close();

  expect(process.listenerCount('unhandledRejection')).toBe(before);
  await expect(fetch(first.appUrl)).rejects.toThrow();
});

test.each([
  [['--port', 'abc'], '--port is "abc"; it must be a whole number'],
  [['--port', '65536'], '--port is "65536"; it must be a whole number'],
  [['--prot', '80'], /Unknown option '--prot'[^]*Usage: npm run demo/],
])('%j is refused with what to do instead, and nothing is started', (given, words) => {
  const { status, stdout, stderr } = runToEnd(...given);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(words);
});

test('--help says what there is, and starts nothing', () => {
  const { status, stdout } = runToEnd('--help');
  expect(status).toBe(0);
  expect(stdout).toMatch(/--port[^]*--browser/);
});

function runToEnd(...given: string[]) {
  return spawnSync(process.execPath, [START, ...given], { encoding: 'utf8', timeout: 30_000 });
}

function firstOutput(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', (code) => reject(new Error(`The demo ended with ${code} before it said anything.`)));
  });
}

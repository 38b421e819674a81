import { mkdirSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BROWSERS, ensureBrowser, findChromium, type Machine } from '../setup/browser.mjs';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bearer-worker-machine-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A machine of which nothing is known but what lies in the test's folder. */
function machine(differences: Partial<Machine> = {}): Machine {
  return {
    env: { PATH: join(folder, 'bin') },
    home: folder,
    platform: 'linux',
    isRoot: false,
    isDebian: false,
    fixedRoot: folder,
    ...differences,
  };
}

async function putProgram(path: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '#!/bin/sh\necho Chromium 1\n');
  await chmod(file, 0o755);
  return file;
}

test('the variable wins over an installed browser', async () => {
  await putProgram('bin/chromium');
  const own = await putProgram('own/chrome');
  expect(findChromium(machine({ env: { PATH: join(folder, 'bin'), CHROMIUM_PATH: own } }))).toBe(own);
});

test('a variable that names nothing is an error, not a reason to look elsewhere', async () => {
  await putProgram('bin/chromium');
  const env = { PATH: join(folder, 'bin'), CHROMIUM_PATH: '/nowhere/chrome' };
  expect(() => findChromium(machine({ env }))).toThrow('$CHROMIUM_PATH is "/nowhere/chrome"');
});

test.each(['bin/chromium', 'bin/google-chrome-stable', 'usr/bin/chromium-browser'])(
  '%s is found',
  async (path) => {
    const program = await putProgram(path);
    expect(findChromium(machine())).toBe(program);
  },
);

test("the newest of Playwright's browsers is found where none is installed", async () => {
  await putProgram('.cache/ms-playwright/chromium-999/chrome-linux/chrome');
  const newest = await putProgram('.cache/ms-playwright/chromium-1200/chrome-linux64/chrome');
  await putProgram('.cache/ms-playwright/chromium_headless_shell-1300/chrome-linux/chrome');
  expect(findChromium(machine())).toBe(newest);
});

test('without a browser the error says what to do on that machine', () => {
  expect(() => findChromium(machine())).toThrow('npx playwright install chromium');
  expect(() => findChromium(machine({ isDebian: true }))).toThrow(
    'sudo apt-get install chromium fonts-dejavu-core',
  );
  expect(() => findChromium(machine({ isDebian: true, isRoot: true }))).toThrow('npm run browser:install');
});

test('as root on Debian the browser is installed, and found then', () => {
  const commands: string[] = [];
  const lines: string[] = [];
  const run = (command: string, args: string[]): boolean => {
    commands.push([command, ...args].join(' '));
    if (args[0] === 'install') {
      mkdirSync(join(folder, 'bin'));
      writeFileSync(join(folder, 'bin/chromium'), '#!/bin/sh\necho Chromium 1\n', { mode: 0o755 });
    }
    return true;
  };
  const root = machine({ isDebian: true, isRoot: true });
  const say = (line: string): unknown => lines.push(line);
  expect(ensureBrowser(BROWSERS.chromium, root, { run, say })).toBe(0);
  expect(commands).toEqual([
    'apt-get update',
    'apt-get install -y --no-install-recommends chromium fonts-dejavu-core',
  ]);
  expect(lines[0]).toContain("Installing Debian's packages: chromium, fonts-dejavu-core");
  expect(lines.at(-1)).toBe(`Chromium: ${join(folder, 'bin/chromium')} — Chromium 1`);

  expect(ensureBrowser(BROWSERS.chromium, root, { run, say })).toBe(0);
  expect(commands).toHaveLength(2);
});

test.each([
  ['not as root', { isDebian: true, isRoot: false }],
  ['not on Debian', { isDebian: false, isRoot: true }],
])('%s nothing is installed, and the exit code is 1', (_where, differences) => {
  const commands: string[] = [];
  const lines: string[] = [];
  const run = (command: string): boolean => commands.push(command) > 0;
  const code = ensureBrowser(BROWSERS.chromium, machine(differences), {
    run,
    say: (line) => lines.push(line),
  });
  expect(code).toBe(1);
  expect(commands).toEqual([]);
  expect(lines.join('\n')).toContain('No Chromium was found.');
});

test('a failing apt-get is reported, and nothing is pretended', () => {
  const lines: string[] = [];
  const code = ensureBrowser(BROWSERS.chromium, machine({ isDebian: true, isRoot: true }), {
    run: () => false,
    say: (line) => lines.push(line),
  });
  expect(code).toBe(1);
  expect(lines.at(-1)).toContain('apt-get failed');
});

test('WebKitGTK missing on another system than Linux: the message says that there is none, and what runs without', () => {
  const lines: string[] = [];
  const code = ensureBrowser(BROWSERS.webkit, machine({ platform: 'darwin', isDebian: false }), {
    say: (line) => lines.push(line),
  });
  expect(code).toBe(1);
  expect(lines).toEqual([
    'No WebKitGTK was found. It exists on Linux only; "npm test -- lint unit browser" runs checks that need none.',
  ]);
});

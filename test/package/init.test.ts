import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { consumer, execute, makeFolder, type Ended } from './support/consumer.js';

const installed = join(consumer.folder, 'node_modules/bearer-worker');
const shipped = await readFile(join(installed, 'dist/bearer-worker.js'), 'utf8');
const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
  version: string;
};
const older = shipped.replace(version, '0.0.9');

function bearerWorker(folder: string, ...args: string[]): Promise<Ended> {
  return execute(join(consumer.folder, 'node_modules/.bin/bearer-worker'), args, folder);
}

/** A folder with a `public` in it; with `content`, a `bearer-worker.js` is there already. */
async function makeSite(content?: string): Promise<string> {
  const folder = await makeFolder(content === undefined ? {} : { 'public/bearer-worker.js': content });
  await mkdir(join(folder, 'public'), { recursive: true });
  return folder;
}

const copyIn = (site: string): Promise<string> => readFile(join(site, 'public/bearer-worker.js'), 'utf8');

test('npx bearer-worker init creates the worker and its map, and says so in a line', async () => {
  const site = await makeSite();
  const { code, out } = await execute('npx', ['--no-install', 'bearer-worker', 'init', 'public'], site);
  expect(out).toBe(`Created public/bearer-worker.js (version ${version}).\n`);
  expect(code).toBe(0);
  expect(await copyIn(site)).toBe(shipped);
  expect((await readdir(join(site, 'public'))).sort()).toEqual(['bearer-worker.js', 'bearer-worker.js.map']);
});

test('run again, it says that the copy is up to date and leaves it', async () => {
  const site = await makeSite(shipped);
  const { code, out } = await bearerWorker(site, 'init', 'public');
  expect(out).toBe(`public/bearer-worker.js is already up to date (version ${version}).\n`);
  expect(code).toBe(0);
});

test('a copy whose line ends a checkout turned is up to date', async () => {
  const site = await makeSite(shipped.replaceAll('\n', '\r\n'));
  const { out } = await bearerWorker(site, 'init', 'public', '--check');
  expect(out).toContain('already up to date');
});

test('an older copy is brought up to date, and both versions are said', async () => {
  const site = await makeSite(older);
  const { code, out } = await bearerWorker(site, 'init', 'public');
  expect(out).toBe(`Updated public/bearer-worker.js from version 0.0.9 to ${version}.\n`);
  expect(code).toBe(0);
  expect(await copyIn(site)).toBe(shipped);
});

test('a copy of this version that somebody changed is replaced, and that is said', async () => {
  const site = await makeSite(`${shipped}\nself.changed = true;\n`);
  const { out } = await bearerWorker(site, 'init', 'public');
  expect(out).toBe(`Updated public/bearer-worker.js: it was version ${version} but had been changed.\n`);
  expect(await copyIn(site)).toBe(shipped);
});

test('--check writes nothing, and exits with 1 for a stale, a changed and a missing copy', async () => {
  const stale = await makeSite(older);
  const changed = await makeSite(`${shipped}\nself.changed = true;\n`);
  const missing = await makeSite();
  const results = await Promise.all(
    [stale, changed, missing].map((site) => bearerWorker(site, 'init', 'public', '--check')),
  );
  expect(results.map(({ code }) => code)).toEqual([1, 1, 1]);
  const run = 'run "npx bearer-worker init public".\n';
  expect(results.map(({ err }) => err)).toEqual([
    `public/bearer-worker.js is version 0.0.9, not version ${version}: ${run}`,
    `public/bearer-worker.js is changed, not version ${version}: ${run}`,
    `public/bearer-worker.js does not exist: ${run}`,
  ]);
  expect(await copyIn(stale)).toBe(older);
  expect(await readdir(join(missing, 'public'))).toEqual([]);
});

test('--check exits with 0 for a current copy', async () => {
  const site = await makeSite(shipped);
  const { code } = await bearerWorker(site, 'init', 'public', '--check');
  expect(code).toBe(0);
});

test("somebody else's script of that name is left as it is, with what to do", async () => {
  const site = await makeSite('self.addEventListener("fetch", () => {});\n');
  const { code, out, err } = await bearerWorker(site, 'init', 'public');
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toContain('public/bearer-worker.js is not the worker of bearer-worker');
  expect(err).toContain('npx bearer-worker init public --force');
  expect(await copyIn(site)).toBe('self.addEventListener("fetch", () => {});\n');
});

test("--check exits with 1 for somebody else's script of that name, and says that it is none of ours", async () => {
  const site = await makeSite('self.addEventListener("fetch", () => {});\n');
  const { code, out, err } = await bearerWorker(site, 'init', 'public', '--check');
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toContain('public/bearer-worker.js is not the worker of bearer-worker');
  expect(await copyIn(site)).toBe('self.addEventListener("fetch", () => {});\n');
});

test('--force replaces it', async () => {
  const site = await makeSite('self.addEventListener("fetch", () => {});\n');
  const { code, out } = await bearerWorker(site, 'init', 'public', '--force');
  expect(code).toBe(0);
  expect(out).toBe(`Replaced public/bearer-worker.js, which was another script (now version ${version}).\n`);
  expect(await copyIn(site)).toBe(shipped);
});

test('a folder that does not exist is named, with the command that makes it', async () => {
  const site = await makeSite();
  const { code, err } = await bearerWorker(site, 'init', 'static files/js');
  expect(code).toBe(1);
  expect(err).toContain('The folder static files/js does not exist. Create it (mkdir -p "static files/js")');
});

test('a file in the place of the folder is named', async () => {
  const site = await makeSite();
  await rm(join(site, 'public'), { recursive: true });
  await writeFile(join(site, 'public'), '');
  const { code, err } = await bearerWorker(site, 'init', 'public');
  expect(code).toBe(1);
  expect(err).toContain('public is not a folder');
});

test('a folder in the place of the worker is named', async () => {
  const site = await makeSite();
  await mkdir(join(site, 'public/bearer-worker.js'));
  const { code, err } = await bearerWorker(site, 'init', 'public');
  expect(code).toBe(1);
  expect(err).toContain('public/bearer-worker.js is a folder');
});

test.each([
  [[], 'No command was given'],
  [['instal', 'public'], 'There is no command "instal"'],
  [['init'], 'init needs the folder to copy the worker into, for example: init public'],
  [['init', 'public', 'static'], 'init takes one folder, and was given also "static"'],
  [['init', 'public', '--forse'], "Unknown option '--forse'"],
])('misused as %j it exits with 2 and points to --help', async (args, problem) => {
  const { code, out, err } = await bearerWorker(await makeSite(), ...args);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toContain(problem);
  expect(err).toContain('npx bearer-worker --help');
});

test('--help and --version answer on standard output', async () => {
  const site = await makeSite();
  const help = await bearerWorker(site, '--help');
  expect(help.code).toBe(0);
  expect(help.out).toContain('bearer-worker init <public-dir>');
  const said = await bearerWorker(site, '--version');
  expect(said).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type InlineConfig, type UserConfig } from 'vite';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What an app has installed beside us; the same whether installed or borrowed. */
const BORROWED = [
  'idb-keyval',
  'jose',
  'vite',
  'vite-plugin-pwa',
  'workbox-build',
  'workbox-core',
  'workbox-precaching',
  'workbox-routing',
];

/** A folder of an app that has installed the package as it would be published, with these files in it. */
export async function makeApp(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bearer-worker-app-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const installed = join(folder, 'node_modules/bearer-worker');
  await mkdir(installed, { recursive: true });
  await cp(join(root, 'package.json'), join(installed, 'package.json'));
  await cp(join(root, 'dist'), join(installed, 'dist'), { recursive: true });
  for (const name of BORROWED) {
    await symlink(
      await realpath(join(root, 'node_modules', name)),
      join(folder, 'node_modules', name),
      'dir',
    );
  }
  await put(folder, { 'package.json': '{ "private": true, "type": "module" }', ...files });
  return folder;
}

export async function put(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** Builds the app with its own `vite.config.ts`; the answer is the folder that a server would give out. */
export async function buildApp(folder: string, more: InlineConfig = {}): Promise<string> {
  await build({ root: folder, logLevel: 'error', ...more });
  return join(folder, 'dist');
}

/** The plugin as installed there. */
export async function pluginOf(
  folder: string,
): Promise<(options?: object) => NonNullable<UserConfig['plugins']>[number]> {
  const entry = pathToFileURL(join(folder, 'node_modules/bearer-worker/dist/vite.js')).href;
  const { bearerWorker } = (await import(/* @vite-ignore */ entry)) as {
    bearerWorker: (options?: object) => NonNullable<UserConfig['plugins']>[number];
  };
  return bearerWorker;
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

declare module 'vitest' {
  interface ProvidedContext {
    /** A project that has installed the packed package, as a user would. */
    consumer: { folder: string; packedFiles: string[] };
  }
}

/**
 * Packs the package as it would be published and installs it into a folder of its own, so that the tests
 * see what a user gets: only the packed files, under their public names.
 */
export default async function installPackage(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(join(root, 'dist/bearer-worker.js'))) {
    throw new Error('dist/bearer-worker.js does not exist: run "npm run build" before the package tests.');
  }
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bearer-worker-consumer-')));
  const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  });
  const [tarball] = JSON.parse(packed.stdout) as { filename: string; files: { path: string }[] }[];
  if (tarball === undefined) throw new Error(`npm pack made nothing; it said ${packed.stdout}`);

  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball.filename}`], {
    cwd: folder,
  });
  // Large, and the same whether installed or borrowed.
  for (const borrowed of ['vite', 'typescript', 'typescript-7', '@types/node'])
    await borrow(borrowed, folder);

  project.provide('consumer', { folder, packedFiles: tarball.files.map(({ path }) => path) });
  return () => rm(folder, { recursive: true, force: true });
}

async function borrow(name: string, folder: string): Promise<void> {
  const link = join(folder, 'node_modules', name);
  await mkdir(dirname(link), { recursive: true });
  await symlink(await realpath(join(root, 'node_modules', name)), link, 'dir');
}

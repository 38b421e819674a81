import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Compiles files in a project that has this package and the hosts' SDKs installed; says what the compiler says. */
export async function compile(files: Readonly<Record<string, string>>, resolution: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bearer-worker-hosts-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const sdks = Object.keys(devDependencies).filter((name) =>
    /^(@shopify|@microsoft|@webflow|monday-)/.test(name),
  );
  const targets = sdks.map((name) => [name, join(root, 'node_modules', name)] as const);
  for (const [name, target] of [['bearer-worker', root] as const, ...targets]) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(target, link, 'dir');
  }
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    // The SDKs' own declarations are for their authors to check.
    skipLibCheck: true,
    ...resolution,
  };
  const all = {
    ...files,
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions, include: ['*.ts'] }),
  };
  for (const [name, text] of Object.entries(all)) await writeFile(join(folder, name), text);
  const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  return status === 0 ? stdout : `${stdout}\nexit code ${status}`;
}

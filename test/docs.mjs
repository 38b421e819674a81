// The API reference, made from the docstrings: `docs/api`. Written by `node test/docs.mjs --write`; without it, compared.
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { Application } from 'typedoc';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs', 'api');

/** The entries under the names by which they are imported. */
const ENTRIES = {
  src: 'bearer-worker',
  'src/providers': 'bearer-worker/providers',
  sw: 'bearer-worker/sw',
  'src/vite': 'bearer-worker/vite',
};

/** @returns {Promise<Map<string, string>>} the text of each file, by its name */
async function make() {
  process.chdir(root);
  const app = await Application.bootstrapWithPlugins({ options: join(root, 'typedoc.json') });
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc could not read the sources.');
  for (const entry of project.children ?? []) {
    if (!(entry.name in ENTRIES))
      throw new Error(`Under which name is ${entry.name} imported? test/docs.mjs, ENTRIES.`);
    entry.name = ENTRIES[entry.name];
  }
  const out = await mkdtemp(join(tmpdir(), 'bearer-worker-docs-'));
  try {
    app.options.setValue('out', out);
    await app.generateOutputs(project);
    if (app.logger.hasErrors() || app.logger.hasWarnings())
      throw new Error('TypeDoc has found faults: see above.');
    const config = (await resolveConfig(join(folder, 'README.md'))) ?? {};
    const files = new Map();
    for (const name of (await readdir(out, { recursive: true }))
      .filter((each) => each.endsWith('.md'))
      .sort()) {
      files.set(
        name,
        await format(await readFile(join(out, name), 'utf8'), { ...config, parser: 'markdown' }),
      );
    }
    return files;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
/** @returns {Promise<Map<string, string>>} */
async function written() {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith('.md'));
  return new Map(
    await Promise.all(files.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  );
}

async function main(wantsWriting) {
  const files = await make();
  if (wantsWriting) {
    await rm(folder, { recursive: true, force: true });
    for (const [name, text] of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  }
  const before = await written();
  const stale = [...new Set([...files.keys(), ...before.keys()])].filter(
    (name) => files.get(name) !== before.get(name),
  );
  for (const name of stale) console.error(`docs/api/${name} is stale. Run: npm run docs`);
  console.log(`${files.size} files, ${stale.length} stale`);
  return stale.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.includes('--write'));

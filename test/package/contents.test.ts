import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { consumer } from './support/consumer.js';

const installed = join(consumer.folder, 'node_modules/bearer-worker');

interface Manifest {
  version: string;
  bin: Record<string, string>;
  exports: Record<string, string | { types: string; default: string }>;
}

async function manifest(): Promise<Manifest> {
  return JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Manifest;
}

test('the package holds what its entries name', async () => {
  const { bin, exports } = await manifest();
  const named = [...Object.values(bin), ...Object.values(exports).flatMap((entry) => targets(entry))];
  const missing = named
    .map((path) => path.replace(/^\.\//, ''))
    .filter((path) => !consumer.packedFiles.includes(path));
  expect(named.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

test('the package holds nothing but what was built, and the papers', () => {
  const papers = ['CHANGELOG.md', 'LICENSE', 'PROTOCOL.md', 'README.md', 'SECURITY.md', 'package.json'];
  const others = consumer.packedFiles.filter(
    (path) => !path.startsWith('dist/') && !/^docs\/.*\.md$/.test(path) && !papers.includes(path),
  );
  expect(others).toEqual([]);
  const types = consumer.packedFiles.filter((path) => path.startsWith('dist/types/'));
  expect(types.filter((path) => !/^dist\/types\/(src|sw)\/.*\.d\.ts$/.test(path))).toEqual([]);
  const modules = consumer.packedFiles.filter(
    (path) => path.endsWith('.ts') && !path.startsWith('dist/types/'),
  );
  expect(modules).toEqual([]);
});

test('every module and the worker come with a source map that holds the sources', async () => {
  const scripts = consumer.packedFiles.filter((path) => path.endsWith('.js'));
  expect(scripts).toContain('dist/bearer-worker.js');
  for (const path of scripts) {
    const script = await readFile(join(installed, path), 'utf8');
    const name = path.slice(path.lastIndexOf('/') + 1);
    expect(script.trimEnd().endsWith(`//# sourceMappingURL=${name}.map`), path).toBe(true);
    const map = JSON.parse(await readFile(join(installed, `${path}.map`), 'utf8')) as {
      sourcesContent: unknown[];
    };
    expect(
      map.sourcesContent.every((content) => typeof content === 'string' && content !== ''),
      path,
    ).toBe(true);
  }
});

test('the ready-made worker is one classic script that says its version first', async () => {
  const script = await readFile(join(installed, 'dist/bearer-worker.js'), 'utf8');
  const { version } = await manifest();
  expect(script.startsWith(`/*! bearer-worker ${version} | MIT License |`)).toBe(true);
  // A script with an import, an export or a top-level await does not parse as a classic one.
  expect(() => new Script(script)).not.toThrow();
  expect(script).not.toMatch(/\bimport\s*\(|\bimportScripts\s*\(|process\.env/);
});

test('the notices of what the worker bundles lie beside it', async () => {
  const notices = await readFile(join(installed, 'dist/bearer-worker.licenses.md'), 'utf8');
  for (const name of ['idb-keyval', 'jose', 'workbox-core']) expect(notices).toContain(name);
});

function targets(entry: string | { types: string; default: string }): string[] {
  return typeof entry === 'string' ? [entry] : [entry.types, entry.default];
}

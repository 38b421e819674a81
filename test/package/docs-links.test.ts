import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULTS } from '../../src/core/options.js';
import { DOCUMENTS, rootFolder } from './docs-blocks.js';

const PAPERS = [...DOCUMENTS, 'PROTOCOL.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/api/README.md'];

const textOf = (file: string): string => readFileSync(join(rootFolder, file), 'utf8');

/** A heading's anchor, as GitHub makes it. */
function anchorsOf(file: string): string[] {
  const text = textOf(file).replace(/^\s*```[^]*?^\s*```/gm, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

test.each(PAPERS)('%s: every link inside the repository leads somewhere', (file) => {
  const links = [...textOf(file).matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, link = '']) => link);
  const broken = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? file : relative(rootFolder, join(rootFolder, dirname(file), path));
    if (!existsSync(join(rootFolder, target))) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test('every document is in the index of documents', () => {
  const index = textOf('docs/README.md');
  const missing = DOCUMENTS.filter((file) => file.startsWith('docs/') && file !== 'docs/README.md').filter(
    (file) => !index.includes(`](${file.slice('docs/'.length)})`),
  );
  expect(missing).toEqual([]);
});

test('the README’s table of options names each, with the default that the code has', () => {
  const rows = [...textOf('README.md').matchAll(/^\| `(\w+)` +\| (?:`([^`]+)`|none) +\|/gm)];
  const documented = Object.fromEntries(rows.map(([, name = '', value]) => [name, value]));
  for (const [name, value] of Object.entries(DEFAULTS)) {
    expect(documented[name]?.replaceAll("'", '"'), name).toBe(JSON.stringify(value));
  }
  expect(Object.keys(documented)).toEqual(
    expect.arrayContaining(['workerUrl', 'inPage', 'tokenResponseHeader']),
  );
});

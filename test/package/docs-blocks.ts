import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);

/** A block of code in a document: what stands behind its fence, and where it is. */
export interface DocBlock {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  /** `before` (what a guide replaces), `run:<name>` (what a test runs), `not-compiled: <reason>`, or nothing. */
  readonly mark: string;
  readonly code: string;
}

/** The documents whose code is held to what it says; `docs/api` is made from the code itself. */
export const DOCUMENTS = [
  'README.md',
  ...readdirSync(new URL('docs/', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export function blocksOf(file: string): DocBlock[] {
  const blocks: DocBlock[] = [];
  let open: { indent: string; fence: string; info: string; line: number; code: string[] } | undefined;
  for (const [at, text] of readFileSync(new URL(file, root), 'utf8').split('\n').entries()) {
    const [, indent = '', fence = '', info = ''] = /^(\s*)(`{3,})(.*)$/.exec(text) ?? [];
    if (!open && fence) open = { indent, fence, info: info.trim(), line: at + 1, code: [] };
    else if (open && fence === open.fence && !info) {
      const [language = '', ...rest] = open.info.split(' ');
      blocks.push({ file, line: open.line, language, mark: rest.join(' '), code: open.code.join('\n') });
      open = undefined;
    } else if (open) open.code.push(text.startsWith(open.indent) ? text.slice(open.indent.length) : text);
  }
  if (open) throw new Error(`${file}:${open.line}: this block of code does not end.`);
  return blocks;
}

/** The one block of a document that is marked `run:<name>`. */
export function runnable(file: string, name: string): string {
  const [found, ...more] = blocksOf(file).filter(({ mark }) => mark === `run:${name}`);
  if (!found || more.length > 0) throw new Error(`${file} has no block "run:${name}", or more than one.`);
  return found.code;
}

export const rootFolder = fileURLToPath(root);

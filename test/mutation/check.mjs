// Runs after `npm run test:mutation`: every mutant that survived must be explained in survivors.md, a line each,
// and every line there must be of a mutant that still survives. Lines are known by what the mutated line says.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LIST = 'test/mutation/survivors.md';
const root = new URL('../../', import.meta.url);
const SURVIVED = new Set(['Survived', 'NoCoverage']);

function main() {
  const { files } = JSON.parse(readText('test-results/mutation.json'));
  const explained = readList(readText(LIST));
  const rows = [];
  const problems = [];
  for (const [file, { source, mutants }] of Object.entries(files)) {
    // A run of some files keeps what an earlier one found of the others.
    if (source !== readText(file)) {
      console.log(`${file}: changed since it was tried`);
      continue;
    }
    const known = explained.get(file) ?? new Set();
    const survivors = mutants.filter(({ status }) => SURVIVED.has(status));
    const alive = new Map(survivors.map((mutant) => [mutatedLine(source, mutant), mutant]));
    for (const [text, { location }] of alive) {
      if (!known.has(text)) problems.push(`${file}:${location.start.line} survives: - \`\` ${text} \`\``);
    }
    for (const text of known) {
      if (!alive.has(text)) problems.push(`${file}: listed, but it does not survive: ${text}`);
    }
    rows.push({ file, mutants: mutants.length, killed: mutants.length - survivors.length });
  }
  for (const { file, mutants, killed } of rows) console.log(`${file}: ${killed} of ${mutants} killed`);
  const [all, killed] = [sum(rows, 'mutants'), sum(rows, 'killed')];
  if (all === 0) problems.push('there was no mutant');
  console.log(`${killed} of ${all} killed, ${all - killed} survived`);
  if (problems.length === 0) return 0;
  console.error(`\n${problems.join('\n')}\n\nA survivor needs a test that kills it, or a line in ${LIST}.`);
  return 1;
}

/** The lines `- `` mutated line ``: why` under a heading for each file. */
function readList(text) {
  const found = new Map();
  let file;
  for (const line of text.split('\n')) {
    file = /^## (\S+)/.exec(line)?.[1] ?? file;
    const [, fence, mutated] = /^- (`+) ?(.+?) ?\1: \S/.exec(line) ?? [];
    if (!fence) continue;
    if (!found.has(file)) found.set(file, new Set());
    found.get(file).add(mutated);
  }
  return found;
}

/** What the source line, or lines, would say; a line number would change with every edit above it. */
function mutatedLine(source, { location: { start, end }, replacement }) {
  const lines = source.split('\n');
  const before = lines[start.line - 1].slice(0, start.column - 1);
  const after = lines[end.line - 1].slice(end.column - 1);
  return `${before}${replacement}${after}`.replace(/\s+/g, ' ').trim();
}

function readText(path) {
  return readFileSync(fileURLToPath(new URL(path, root)), 'utf8');
}

function sum(rows, name) {
  return rows.reduce((total, row) => total + row[name], 0);
}

process.exitCode = main();

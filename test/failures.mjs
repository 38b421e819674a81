// The failures to survive, each with the tests that show it and what in the code answers it: `test/failures.md`.
// Written by `node test/failures.mjs --write` from the last run's reports; without it, compared.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FAILURES, PENDING } from './failures-list.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const table = join(root, 'test', 'failures.md');

/** In the order in which a reader should meet them. */
const SUITES = ['browser', 'transports-chromium', 'package'];

/** A title begins with the rows that its test shows: `1, 2 · fifty requests …`. */
const ROWS = /^(\d+(?:, \d+)*) · /;

function readTests() {
  return SUITES.flatMap((suite) => {
    const report = join(root, 'test-results', `${suite}.json`);
    if (!existsSync(report)) {
      throw new Error(`The ${suite} suite has left no report: run "npm test -- ${SUITES.join(' ')}" first.`);
    }
    return JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ title, status }) => ({ file: relative(root, name), title, status })),
    );
  });
}

function testsOf(row, tests) {
  const { titled } = FAILURES[row] ?? {};
  return tests.filter(({ title }) => {
    const rows = ROWS.exec(title)?.[1]?.split(', ') ?? [];
    return rows.includes(row) || (titled !== undefined && title.includes(titled));
  });
}

function faultsOf(row, tests) {
  const { mechanism } = FAILURES[row];
  const shown = testsOf(row, tests);
  const broken = shown.filter(({ status }) => status !== 'passed');
  const gone = (mechanism.match(/`[^`]+\.(?:ts|md)`/g) ?? [])
    .map((path) => path.slice(1, -1))
    .filter((path) => !existsSync(join(root, path)));
  return [
    ...(shown.length === 0
      ? [`Row ${row} is shown by no test: begin the title of one with "${row} · ".`]
      : []),
    ...broken.map(({ title, status }) => `Row ${row}: "${title}" ${status}.`),
    ...gone.map((path) => `Row ${row} names ${path}, which is gone: test/failures-list.mjs.`),
  ];
}

function markdown(tests) {
  const lines = Object.entries(FAILURES).map(([row, { given, mechanism }]) => {
    const shown = testsOf(row, tests).map(({ file, title }) => `${title.replace(ROWS, '')} (\`${file}\`)`);
    return `| ${[row, given, mechanism, [...new Set(shown)].sort().join('<br>')].map(cell).join(' | ')} |`;
  });
  const pending = Object.entries(PENDING).map(([row, why]) => `- ${row}: ${why}`);
  return [
    '# Failures survived',
    '',
    'Written by `node test/failures.mjs --write` after a run of the tests; `npm test` compares it.',
    '',
    '<!-- prettier-ignore-start -->',
    '',
    '| # | given | what answers it | shown by |',
    '|---|---|---|---|',
    ...lines,
    '',
    '<!-- prettier-ignore-end -->',
    ...(pending.length > 0 ? ['', '## Not shown yet', '', ...pending] : []),
    '',
  ].join('\n');
}

function cell(text) {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('<img>', '`<img>`')
    .replace(/<(audio|video)>/g, '`<$1>`');
}

function firstDifference(written, current) {
  const [before, after] = [written.split('\n'), current.split('\n')];
  const at = after.findIndex((line, index) => line !== before[index]);
  return `line ${at + 1} is\n  ${before[at] ?? '(nothing)'}\nand would be\n  ${after[at] ?? '(nothing)'}`;
}

function main(wantsWriting) {
  const tests = readTests();
  const faults = Object.keys(FAILURES).flatMap((row) => faultsOf(row, tests));
  const unknown = tests.flatMap(({ title }) => ROWS.exec(title)?.[1]?.split(', ') ?? []);
  for (const row of new Set(unknown)) {
    if (!(row in FAILURES))
      faults.push(`There is no row ${row} in test/failures-list.mjs, and a test that shows it.`);
  }
  const current = markdown(tests);
  if (wantsWriting) writeFileSync(table, current);
  const written = existsSync(table) ? readFileSync(table, 'utf8') : '';
  if (written !== current) {
    faults.push(
      `test/failures.md is stale (node test/failures.mjs --write): ${firstDifference(written, current)}`,
    );
  }
  for (const [row, why] of Object.entries(PENDING)) console.log(`Row ${row} is not shown yet: ${why}`);
  console.log(`${Object.keys(FAILURES).length} rows, ${faults.length} faults`);
  for (const fault of faults) console.error(fault);
  return faults.length === 0 ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.includes('--write'));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

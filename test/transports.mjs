// What each transport does in each engine, as the tests of `test/browser/matrix` have seen it: `test/transports.md`.
// Written by `node test/transports.mjs --write` from the last run's reports; without it, compared.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FACTS } from './browser/matrix/facts.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const table = join(root, 'test', 'transports.md');

const REPORTS = {
  Chromium: 'transports-chromium',
  Firefox: 'transports-firefox',
  WebKit: 'transports-webkit',
};
const ENGINES = Object.keys(REPORTS);
const LANES = ['worker’s lane', 'page’s own lane'];

/** In which order a reader should meet the files, and what they are called. */
const FILES = {
  fetch: 'fetch, and what comes of it',
  redirects: 'Redirects',
  'xhr-and-events': 'XMLHttpRequest, EventSource, beacons',
  elements: 'Elements, style sheets, scripts',
  clients: 'Workers, frames, navigations',
  'streams-and-aborts': 'Streams, aborts',
};

/** `fetch GET · worker’s lane · likeness · but for: header order, priority` */
const TITLE = /^(.+) · (worker’s lane|page’s own lane) · (\w+) · (yes|but for|passed on|cannot)(?:: (.+))?$/;

const faults = [];

/** @returns {{ file: string, engine: string, transport: string, lane: string, behaviour: string, kind: string, facts: string[] }[]} */
function readCells() {
  return Object.entries(REPORTS).flatMap(([engine, suite]) => {
    const report = join(root, 'test-results', `${suite}.json`);
    if (!existsSync(report)) {
      throw new Error(`The ${suite} suite has left no report: run "npm test -- ${suite}" first.`);
    }
    const files = JSON.parse(readFileSync(report, 'utf8')).testResults;
    return files.flatMap(({ name, assertionResults }) => {
      const file = /\/matrix\/([\w-]+)\.test\.ts$/.exec(name)?.[1];
      if (file === undefined) return [];
      if (!(file in FILES)) faults.push(`${file}.test.ts has no heading: test/transports.mjs, FILES.`);
      return assertionResults.map(({ title, status }) => {
        const [, transport, lane, behaviour, kind, facts] = TITLE.exec(title) ?? [];
        if (transport === undefined) throw new Error(`"${title}" (${name}) does not say what it shows.`);
        if (status !== 'passed') faults.push(`${engine}: "${title}" ${status}.`);
        return { file, engine, transport, lane, behaviour, kind, facts: facts?.split(', ') ?? [] };
      });
    });
  });
}

/** Every cell in every engine, and every fact known and shown. */
function check(cells) {
  const ways = new Set(
    cells.map(({ transport, lane, behaviour }) => [transport, lane, behaviour].join(' · ')),
  );
  for (const engine of ENGINES) {
    const shown = new Set(
      cells
        .filter((cell) => cell.engine === engine)
        .map(({ transport, lane, behaviour }) => [transport, lane, behaviour].join(' · ')),
    );
    for (const way of ways) if (!shown.has(way)) faults.push(`${engine}: no test shows "${way}".`);
  }
  const used = new Set(cells.flatMap(({ facts }) => facts));
  for (const fact of used) {
    if (!(fact in FACTS)) faults.push(`No sentence says what "${fact}" is: test/browser/matrix/facts.mjs.`);
  }
  for (const fact of Object.keys(FACTS)) {
    if (!used.has(fact))
      faults.push(`"${fact}" is shown by no test: take it out of test/browser/matrix/facts.mjs.`);
  }
}

function markdown(cells) {
  const used = new Set(cells.flatMap(({ facts }) => facts));
  const numbers = new Map(
    Object.keys(FACTS)
      .filter((fact) => used.has(fact))
      .map((fact, at) => [fact, at + 1]),
  );
  const sections = Object.entries(FILES).flatMap(([file, heading]) => {
    const ofFile = cells.filter((cell) => cell.file === file);
    const rows = [...new Set(ofFile.map(({ transport }) => transport))].map((transport) => {
      const columns = ENGINES.map((engine) => {
        const of = ofFile.filter((cell) => cell.transport === transport && cell.engine === engine);
        const [worker, page] = LANES.map((lane) =>
          verdict(
            of.filter((cell) => cell.lane === lane),
            numbers,
          ),
        );
        return worker === page ? worker : `${worker} / ${page}`;
      });
      return `| ${[transport.replaceAll(/<.*?>/g, '`$&`'), ...columns].join(' | ')} |`;
    });
    return [`## ${heading}`, '', `| | ${ENGINES.join(' | ')} |`, '|---|---|---|---|', ...rows, ''];
  });
  return [
    '# Transports',
    '',
    'Written by `node test/transports.mjs --write` after a run of the tests in three engines; `npm run test:all` compares it.',
    '',
    'A cell is `worker’s lane / page’s own lane`, or one word for both. `yes`: the server saw one good token; a refused',
    'token is replaced and the same body sent again, without the page noticing; and server and page see field by field what',
    'they see of the same request without us, but for the notes in brackets. `401`: the token is carried, and a refused one',
    'is the page’s affair. `bare`: it goes as if we were not there. For an abort, `yes` is that the server’s connection is',
    'closed.',
    '',
    '<!-- prettier-ignore-start -->',
    '',
    ...sections,
    '<!-- prettier-ignore-end -->',
    '',
    '## Notes',
    '',
    ...[...numbers].map(([fact, number]) => `${number}. ${FACTS[fact]}${whereOf(fact, cells)}`),
    '',
  ].join('\n');
}

/** One cell of the table: the worst of its behaviours, and the notes of all. */
function verdict(cells, numbers) {
  const facts = [...new Set(cells.flatMap((cell) => cell.facts))].map((fact) => numbers.get(fact) ?? fact);
  const failsAt = (behaviour) =>
    cells.some((cell) => cell.behaviour === behaviour && /cannot|passed on/.test(cell.kind));
  const isUnable = cells.some((cell) => cell.behaviour === 'token' && cell.kind === 'cannot');
  const word = isUnable
    ? 'cannot'
    : failsAt('token')
      ? 'bare'
      : failsAt('abort') || failsAt('likeness')
        ? 'cannot'
        : failsAt('refused')
          ? '401'
          : 'yes';
  return facts.length > 0 ? `${word} [${facts.sort((a, b) => a - b).join(', ')}]` : word;
}

/** In which engines, where not in all, and on which lane, where not on both. */
function whereOf(fact, cells) {
  const of = cells.filter(({ facts }) => facts.includes(fact));
  const engines = ENGINES.filter((engine) => of.some((cell) => cell.engine === engine));
  const lanes = LANES.filter((lane) => of.some((cell) => cell.lane === lane));
  const where = [
    ...(engines.length < ENGINES.length ? [engines.join(' and ')] : []),
    ...(lanes.length < LANES.length ? [`the ${lanes[0]} only`] : []),
  ];
  return where.length > 0 ? ` (${where.join(', ')})` : '';
}

function firstDifference(written, current) {
  const [before, after] = [written.split('\n'), current.split('\n')];
  const at = after.findIndex((line, index) => line !== before[index]);
  return `line ${at + 1} is\n  ${before[at] ?? '(nothing)'}\nand would be\n  ${after[at] ?? '(nothing)'}`;
}

function main(wantsWriting) {
  const cells = readCells();
  check(cells);
  const current = markdown(cells);
  if (wantsWriting) writeFileSync(table, current);
  const written = existsSync(table) ? readFileSync(table, 'utf8') : '';
  if (written !== current) {
    faults.push(
      `test/transports.md is stale (node test/transports.mjs --write): ${firstDifference(written, current)}`,
    );
  }
  console.log(`${cells.length} cells, ${faults.length} faults`);
  for (const fault of faults) console.error(fault);
  return faults.length === 0 ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.includes('--write'));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

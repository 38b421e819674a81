// `npm test`: every check there is, all of them even where one fails, and a count at the end. What computes goes on two
// at a time, and beside it what mostly waits. `npm run test:all` adds what takes the other engines longest, as CI does;
// `npm test -- unit lint` runs the named ones, after a build where they need one.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { countOne, countTests, mergeReports, secondsOfFiles } from './setup/count-tests.mjs';
import { IN_CHROMIUM } from './setup/suites.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'test-results');
const CORES = 2;

/** Of tests in a browser: what computes and what waits, each three files at a time (vite.config.ts). */
const PARTS = ['busy', 'waiting'];

/** In the order in which they begin, as far as there is room; `after` is what each of them needs the outcome of. */
const STEPS = [
  command('build', 'npm run build', { after: [] }),
  command('browser:install', 'npm run browser:install', { after: [] }),
  command('lint', 'npm run lint'),
  suite('hostile'),
  suite('core-schedules'),
  suite('unit'),
  suite('package', { needsBuild: true }),
  command('typecheck', 'npm run typecheck'),
  command('publint', 'publint run --strict', { needsBuild: true }),
  // The script is for a browser to load, not for code to import, so it has no types to be wrong.
  command('attw', 'attw --pack . --profile esm-only --exclude-entrypoints ./bearer-worker.js', {
    needsBuild: true,
    // It packs; the build is there.
    env: { npm_config_ignore_scripts: 'true' },
  }),
  command('size', 'npm run size', { needsBuild: true }),
  command('docs', 'node test/docs.mjs'),
  inBrowser('browser'),
  inBrowser('transports-chromium'),
  inBrowser('browser-firefox'),
  inBrowser('browser-webkit'),
  inBrowser('transports-firefox', { isExtra: true }),
  inBrowser('transports-webkit', { isExtra: true }),
  inBrowser('integrations'),
  inBrowser('demo'),
  // Reads what the suites above it have reported.
  command('failures', 'node test/failures.mjs', { after: ['package', ...PARTS] }),
  command('transports', 'node test/transports.mjs', { after: PARTS, isExtra: true }),
];

/** Types and documents are read from the build too, so all that checks them comes after it where it is made. */
function command(name, line, options = {}) {
  return { name, line, cores: 1, after: ['build'], ...options };
}

function suite(name, options = {}) {
  const report = suiteReport(name);
  const line = `${vitest(name)} --reporter=json --outputFile.json="${report}"`;
  return { ...command(name, line, options), report };
}

function inBrowser(name, options = {}) {
  return { name, isInBrowser: true, ...options };
}

/** The browsers' suites are one run in each part, so that no core is idle at the end of each suite. */
function partsOf(names) {
  const inChromium = names.filter((name) => IN_CHROMIUM.includes(name));
  const projects = names.filter((name) => !IN_CHROMIUM.includes(name));
  if (inChromium.length > 0) projects.unshift('chromium');
  return PARTS.map((part) => ({
    name: part,
    line: `${vitest(...projects)} --passWithNoTests --reporter=./test/setup/report-by-suite.mjs`,
    needsBuild: true,
    cores: part === 'busy' ? CORES : 0,
    after: ['build', 'browser:install'],
    env: { TEST_PART: part, TEST_REPORTS: results, TEST_SUITES: inChromium.join(' ') },
    of: names,
  }));
}

function vitest(...projects) {
  return `vitest run ${projects.map((name) => `--project ${name}`).join(' ')} --allowOnly=false --reporter=default`;
}

async function main(given) {
  const isAll = given.includes('--all');
  const wanted = given.filter((name) => name !== '--all');
  const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(
      `There is no check "${unknown.join('", "')}"; there are ${STEPS.map((s) => s.name).join(', ')}.`,
    );
    console.log('0 passed, 1 failed');
    return 1;
  }
  mkdirSync(results, { recursive: true });
  const startedMs = Date.now();
  const named = STEPS.filter(({ name, isExtra }) =>
    wanted.length === 0 ? isAll || !isExtra : wanted.includes(name),
  );
  const inBrowsers = named.filter((step) => step.isInBrowser).map(({ name }) => name);
  for (const name of inBrowsers) {
    for (const report of [suiteReport(name), ...partReports(name)]) rmSync(report, { force: true });
  }
  const commands = named.filter((step) => !step.isInBrowser);
  const steps = inBrowsers.length > 0 ? [...commands, ...partsOf(inBrowsers)] : commands;
  if (steps.some(({ needsBuild }) => needsBuild) && steps[0].name !== 'build') steps.unshift(STEPS[0]);

  const outcomes = await runAll(steps);
  console.log(`\nIn ${((Date.now() - startedMs) / 1000).toFixed(0)} s`);
  return summarise([
    ...outcomes.filter(({ isPart, failed }) => !isPart || failed > 0),
    ...inBrowsers.map(countSuite),
  ]);
}

/** Each as soon as what it needs is there, and cores for it. */
function runAll(steps) {
  const outcomes = [];
  const waiting = [...steps];
  const isOver = (name) => !steps.some((step) => step.name === name) || outcomes.some((o) => o.name === name);
  let free = CORES;
  return new Promise((resolve) => {
    const startWhatCan = () => {
      if (outcomes.length === steps.length) resolve(outcomes);
      // What needs more than is free holds up what is behind it, or else would never begin.
      let isHeldUp = false;
      for (const step of [...waiting].sort((a, b) => Number(a.cores > 0) - Number(b.cores > 0))) {
        if (!step.after.every(isOver) || (step.cores > 0 && isHeldUp)) continue;
        if (step.cores > free) {
          isHeldUp = true;
          continue;
        }
        waiting.splice(waiting.indexOf(step), 1);
        free -= step.cores;
        const at = steps.length - waiting.length;
        console.log(`[${at}/${steps.length}] ${step.name}: ${step.line.replaceAll(root, '')}`);
        void runStep(step).then((outcome) => {
          outcomes.push(outcome);
          // Not before: the other part may be writing its own.
          if (PARTS.every(isOver)) mergeParts(step);
          free += step.cores;
          startWhatCan();
        });
      }
    };
    startWhatCan();
  });
}

async function runStep(step) {
  if (step.report) rmSync(step.report, { force: true });
  const startedMs = Date.now();
  const succeeded = await runLine(step);
  const seconds = (Date.now() - startedMs) / 1000;
  console.log(`[${succeeded ? 'ok' : 'FAILED'}] ${step.name}, ${seconds.toFixed(1)} s`);
  return { name: step.name, seconds, isPart: step.of !== undefined, ...countStep(step, succeeded) };
}

function mergeParts({ of: suites = [] }) {
  for (const name of suites) mergeReports(partReports(name), suiteReport(name));
}

/** A part's tests are counted by its suites; an error of its own is what is left for it. */
function countStep(step, succeeded) {
  if (step.report) return countTests(step.report, succeeded);
  if (!step.of) return countOne(succeeded);
  const reports = step.of.map((name) => join(results, `${name}.${step.name}.json`));
  const counts = reports.filter(existsSync).map((report) => countTests(report, true));
  const isItsOwn = !succeeded && counts.every(({ failed }) => failed === 0);
  return { passed: 0, failed: isItsOwn ? 1 : 0, notes: isItsOwn ? ['an error outside a test'] : [] };
}

function countSuite(name) {
  const report = suiteReport(name);
  return { name, seconds: secondsOfFiles(report), ...countTests(report, true) };
}

function suiteReport(name) {
  return join(results, `${name}.json`);
}

function partReports(name) {
  return PARTS.map((part) => join(results, `${name}.${part}.json`));
}

/** What it says is shown as it says it, with its name in front where it is not alone. */
function runLine({ name, line, env, cores }) {
  return new Promise((resolve) => {
    const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
    const child = spawn(line, {
      cwd: root,
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...colours, ...env },
    });
    // What waits is timed by its tests: it goes first where it wants something.
    if (cores > 0 && child.pid !== undefined) setPriority(child.pid, 5);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (said) => console.log(`${name} | ${said}`));
    }
    child.on('error', (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
}

function summarise(outcomes) {
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  console.log(
    '\nSummary; the time of a suite in browsers is that of its files, several of which run at a time',
  );
  for (const { name, passed, failed, seconds, notes } of outcomes) {
    const verdict = failed === 0 ? 'ok    ' : 'FAILED';
    const time = `${seconds.toFixed(1)} s`.padStart(8);
    const counts = `${passed} passed, ${failed} failed`;
    console.log(`  ${verdict}  ${name.padEnd(width)} ${time}  ${[counts, ...notes].join('; ')}`);
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));

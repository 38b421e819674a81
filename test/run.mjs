// `npm test`: every check there is, in order, all of them even where one fails, and a count at the end.
// `npm test -- unit lint` runs the named ones, after a build where they need one.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'test-results');

/** `isSingle`: it keeps one core busy and minds no neighbour, so two such go side by side. */
const STEPS = [
  command('build', 'npm run build'),
  command('lint', 'npm run lint', { isSingle: true }),
  suite('hostile', { isSingle: true }),
  suite('core-schedules', { isSingle: true }),
  command('typecheck', 'npm run typecheck', { isSingle: true }),
  command('publint', 'npx publint run --strict', { needsBuild: true, isSingle: true }),
  // The script is for a browser to load, not for code to import, so it has no types to be wrong.
  command('attw', 'npx attw --pack . --profile esm-only --exclude-entrypoints ./bearer-worker.js', {
    needsBuild: true,
    isSingle: true,
    // It packs; the build is there.
    env: { npm_config_ignore_scripts: 'true' },
  }),
  command('size', 'npm run size', { needsBuild: true, isSingle: true }),
  command('docs', 'node test/docs.mjs', { isSingle: true }),
  suite('unit'),
  suite('package', { needsBuild: true }),
  command('browser:install', 'npm run browser:install'),
  suite('browser', { needsBuild: true }),
  suite('browser-chromium', { needsBuild: true }),
  suite('browser-firefox', { needsBuild: true }),
  suite('browser-webkit', { needsBuild: true }),
  suite('integrations', { needsBuild: true }),
  // Reads what the suites above it have reported.
  command('failures', 'node test/failures.mjs'),
  command('transports', 'node test/transports.mjs'),
  suite('demo', { needsBuild: true }),
];

function command(name, line, options = {}) {
  return { name, line, ...options };
}

function suite(name, options = {}) {
  const report = join(results, `${name}.json`);
  const line = `npx vitest run --project ${name} --allowOnly=false --reporter=default --reporter=json`;
  return { name, line: `${line} --outputFile.json="${report}"`, report, ...options };
}

async function main(wanted) {
  const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(
      `There is no check "${unknown.join('", "')}"; there are ${STEPS.map((s) => s.name).join(', ')}.`,
    );
    console.log('0 passed, 1 failed');
    return 1;
  }
  mkdirSync(results, { recursive: true });
  const chosen = STEPS.filter((step) => wanted.length === 0 || wanted.includes(step.name));
  if (chosen.some((step) => step.needsBuild) && chosen[0].name !== 'build') chosen.unshift(STEPS[0]);

  const outcomes = [];
  while (chosen.length > outcomes.length) {
    const rest = chosen.slice(outcomes.length);
    const singles = rest.findIndex((step) => !step.isSingle);
    const group = rest.slice(0, singles < 0 ? rest.length : Math.max(1, singles));
    outcomes.push(...(await runGroup(group, outcomes.length, chosen.length)));
  }
  return summarise(outcomes);
}

/** Two at a time; what each of several says is shown when it has ended. */
async function runGroup(steps, before, total) {
  const outcomes = [];
  let next = 0;
  const runOn = async () => {
    while (next < steps.length) {
      const at = next++;
      const step = steps[at];
      console.log(`\n[${before + at + 1}/${total}] ${step.name}: ${step.line.replaceAll(root, '')}\n`);
      outcomes[at] = await runStep(step, steps.length > 1);
    }
  };
  await Promise.all([runOn(), runOn()]);
  return outcomes;
}

async function runStep(step, isHeld) {
  if (step.report) rmSync(step.report, { force: true });
  const startedMs = Date.now();
  const succeeded = await runLine(step, isHeld);
  const counts = step.report ? countTests(step.report, succeeded) : countOne(succeeded);
  return { name: step.name, seconds: (Date.now() - startedMs) / 1000, ...counts };
}

function runLine({ name, line, env }, isHeld) {
  return new Promise((resolve) => {
    const stdio = isHeld ? ['ignore', 'pipe', 'pipe'] : 'inherit';
    const child = spawn(line, { cwd: root, shell: true, stdio, env: { ...process.env, ...env } });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk));
    child.on('error', (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.on('close', (code) => {
      if (isHeld) process.stdout.write(`\n${name} has said:\n\n${Buffer.concat(said).toString()}`);
      resolve(code === 0);
    });
  });
}

function countOne(succeeded) {
  return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, notes: [] };
}

/** A skipped test is a failed one here: it says nothing about what it names. */
function countTests(report, succeeded) {
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, notes: ['ended without a report'] };
  }
  const notes = [];
  const skipped = result.numPendingTests + result.numTodoTests;
  if (skipped > 0) notes.push(`${skipped} skipped, counted as failed`);
  let failed = result.numFailedTests + skipped;
  const tests = result.testResults.flatMap((file) => file.assertionResults);
  const crashes = tests.filter(({ meta }) => meta?.browserCrash).length;
  if (crashes > 0) notes.push(`${crashes} of them where the browser itself has crashed: run them again`);
  // A file that could not be loaded and an error outside a test fail the run without a failed test.
  const withoutTests = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  if (withoutTests.length > 0) {
    notes.push(`files that could not be run: ${withoutTests.length}`);
    failed += withoutTests.length;
  }
  if (result.numTotalTests === 0 && failed === 0) {
    notes.push('no tests');
    failed += 1;
  }
  if (!succeeded && failed === 0) {
    notes.push('an error outside a test');
    failed += 1;
  }
  return { passed: result.numPassedTests, failed, notes };
}

function summarise(outcomes) {
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  console.log('\nSummary');
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

import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** What a command is worth that has no tests: one. */
export function countOne(succeeded) {
  return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, notes: [] };
}

/** A skipped test is a failed one here: it says nothing about what it names. */
export function countTests(report, succeeded) {
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

/** Makes one report of those that the parts of a suite have left; none where there is none. */
export function mergeReports(parts, report) {
  const reports = parts.filter(existsSync).map((part) => JSON.parse(readFileSync(part, 'utf8')));
  if (reports.length === 0) return;
  const merged = { ...reports[0] };
  for (const other of reports.slice(1)) {
    for (const key of Object.keys(other).filter((each) => each.startsWith('num'))) merged[key] += other[key];
    merged.startTime = Math.min(merged.startTime, other.startTime);
    merged.success &&= other.success;
    merged.testResults = [...merged.testResults, ...other.testResults];
  }
  writeFileSync(report, JSON.stringify(merged));
}

/** From the first test of each file to the end of its last one, of all files together. */
export function secondsOfFiles(report) {
  if (!existsSync(report)) return 0;
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return testResults.reduce((sum, { startTime, endTime }) => sum + (endTime - startTime) / 1000, 0);
}

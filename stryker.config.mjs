// `npm run test:mutation`: each mutant is one change to the core, and a test has to fail for it.
// `npm run test:mutation -- --mutate src/core/slot.ts` tries those of one file.

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  mutate: ['src/core/*.ts', '!src/core/*.d.ts'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Virtual time ends a schedule that never settles; what remains is a loop that never yields. On a busy machine less
  // takes slow tests for one, and a survivor for killed.
  timeoutMS: 30_000,
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: 'test-results/mutation.json' },
  // `-- --incremental` is a quick look: it does not try again what runs once at import.
  incrementalFile: '.cache/mutation.json',
  tempDirName: '.cache/mutation',
  ignorePatterns: ['dist', 'demo', 'test/browser', 'test/package', 'test-results'],
};

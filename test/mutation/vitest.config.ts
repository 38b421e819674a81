import { defineConfig } from 'vitest/config';

/** The unit tests of the core alone: every mutant runs those of them that reach it. */
export default defineConfig({
  test: {
    include: ['test/unit/core/**/*.test.ts'],
    environment: 'node',
    testTimeout: 10_000,
    retry: 0,
    isolate: false,
  },
});

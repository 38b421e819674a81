import { join, relative } from 'node:path';
import { JsonReporter } from 'vitest/node';
import { suiteInChromium } from './suites.mjs';

/**
 * A run of several suites leaves a JSON report of each in `$TEST_REPORTS`, named after the suite and `$TEST_PART`,
 * which is the part of their files that the run is of.
 */
export default class ReportBySuite {
  #vitest;

  onInit(vitest) {
    this.#vitest = vitest;
  }

  async onTestRunEnd(modules) {
    const { TEST_REPORTS, TEST_PART } = process.env;
    const suiteOf = ({ project, moduleId }) =>
      project.name === 'chromium'
        ? suiteInChromium(relative(this.#vitest.config.root, moduleId))
        : project.name;
    for (const name of new Set(modules.map(suiteOf))) {
      const outputFile = join(TEST_REPORTS, `${name}.${TEST_PART}.json`);
      const report = new JsonReporter({ outputFile });
      report.onInit(this.#vitest);
      await report.onTestRunEnd(modules.filter((module) => suiteOf(module) === name));
    }
  }
}

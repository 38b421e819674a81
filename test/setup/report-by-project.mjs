import { join } from 'node:path';
import { JsonReporter } from 'vitest/node';

/**
 * A run of several projects leaves a JSON report of each in `$TEST_REPORTS`, named after the project and `$TEST_PART`,
 * which is the part of their files that the run is of.
 */
export default class ReportByProject {
  #vitest;

  onInit(vitest) {
    this.#vitest = vitest;
  }

  async onTestRunEnd(modules) {
    const { TEST_REPORTS, TEST_PART } = process.env;
    for (const name of new Set(modules.map(({ project }) => project.name))) {
      const outputFile = join(TEST_REPORTS, `${name}.${TEST_PART}.json`);
      const report = new JsonReporter({ outputFile });
      report.onInit(this.#vitest);
      await report.onTestRunEnd(modules.filter(({ project }) => project.name === name));
    }
  }
}

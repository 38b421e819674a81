import { statSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Project after project, since a worker keeps its browser as long as its next file is of the same one; and large files
 * first, so that none is left over at the end that others could have waited for. Vitest's own order is by the times of
 * the last run, which a clean checkout has not.
 */
export class ProjectByProject extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = this.ctx.projects.map((project) => project.name);
    const order = ({ project }: TestSpecification): number => projects.indexOf(project.name);
    const size = ({ moduleId }: TestSpecification): number => statSync(moduleId).size;
    return Promise.resolve(files.sort((a, b) => order(a) - order(b) || size(b) - size(a)));
  }
}

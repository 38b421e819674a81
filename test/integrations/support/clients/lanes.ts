import type { RegisterOptions } from '../../../browser/pages/registrations.js';
import type { WorkerScript } from '../../../browser/support/worker-script.js';

/** Where the requests of a page get their token. */
export interface Lane {
  readonly name: string;
  readonly options: RegisterOptions;
  readonly mode: 'service-worker' | 'page';
  readonly workerScript: WorkerScript;
}

export const WORKER: Lane = {
  name: 'on the worker’s lane',
  options: {},
  mode: 'service-worker',
  workerScript: 'built',
};

export const IN_PAGE: Lane = {
  name: 'with inPage: ‘always’',
  options: { inPage: 'always' },
  mode: 'page',
  workerScript: 'built',
};

/** There nobody helps where the page’s own lane does not see a request. */
export const WITHOUT_WORKER: Lane = {
  name: 'where no worker can be had',
  options: {},
  mode: 'page',
  workerScript: 'missing',
};

/** For a client that uses `fetch` or XHR. */
export const LANES = [WORKER, IN_PAGE, WITHOUT_WORKER] as const;

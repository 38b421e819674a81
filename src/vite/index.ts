export { bearerWorker } from './bearer-worker-plugin.js';
export type { BearerWorkerOptions } from './options.js';

import type { WorkerOptions } from './options.js';
import type { Platform } from './ports.js';
import type { Registry } from './registry.js';
import type { ServerClock } from './server-clock.js';

/** What the parts of one core share. */
export interface Core {
  readonly platform: Platform;
  readonly options: WorkerOptions;
  readonly registry: Registry;
  readonly clock: ServerClock;
  readonly lockPrefix: string;
}

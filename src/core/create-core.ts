import type { Core } from './core.js';
import type { WorkerOptions } from './options.js';
import type { Platform } from './ports.js';
import { createRegistry } from './registry.js';
import { createServerClock } from './server-clock.js';

/**
 * One core for one scope, driven by `authorize` (requests) and `carryOut` (commands). It reads the store at once.
 *
 * @param scope tells the locks of two scopes of one origin apart
 */
export function createCore(platform: Platform, options: WorkerOptions, scope: string): Core {
  const clock = createServerClock(platform);
  const registry = createRegistry(platform, clock, options.storage === 'indexeddb');
  return { platform, options, registry, clock, lockPrefix: `bearer-worker:${scope}:` };
}

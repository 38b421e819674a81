import { Announcer } from './announcer.js';
import { Authorizer } from './authorize.js';
import type { Core } from './core.js';
import type { WorkerOptions } from './options.js';
import type { Platform } from './ports.js';
import { Registry } from './registry.js';
import { ServerClock } from './server-clock.js';
import { Session } from './session.js';
import { Tokens } from './tokens.js';

export interface TokenCore {
  readonly tokens: Tokens;
  readonly authorizer: Authorizer;
  readonly session: Session;
  readonly registry: Registry;
}

/**
 * One core for one scope. It reads the store at once.
 *
 * @param scope tells the locks of two scopes of one origin apart
 */
export function createCore(platform: Platform, options: WorkerOptions, scope: string): TokenCore {
  const serverClock = new ServerClock(platform);
  const registry = new Registry(platform, serverClock, options.storage === 'indexeddb');
  const announcer = new Announcer(platform, registry);
  const core: Core = {
    platform,
    options,
    registry,
    serverClock,
    announcer,
    lockPrefix: `bearer-worker:${scope}:`,
  };
  const tokens = new Tokens(core);
  return { tokens, authorizer: new Authorizer(core, tokens), session: new Session(core), registry };
}

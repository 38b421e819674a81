import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The folders of a package are not part of its contract: its own name is, and holds under any layout. */
export function readyMadeWorkerPath(): string {
  return require.resolve('bearer-worker/bearer-worker.js');
}

/** The version of the package that this module is part of. */
export function packageVersion(): string {
  return (require('bearer-worker/package.json') as { version: string }).version;
}

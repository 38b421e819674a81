import type { Plugin, ResolvedConfig } from 'vite';
import { bundleWorker } from './bundle-worker.js';
import { checkOptions, type BearerWorkerOptions } from './options.js';
import { readReadyMade } from './read-ready-made.js';
import { serveWorker } from './serve-worker.js';
import { withLine, withMapComment, type WorkerScript } from './worker-script.js';

/** A worker that waits would answer with the code from before a change until the last tab is closed. */
const TAKE_OVER = `self.addEventListener('install', () => void self.skipWaiting());`;

/**
 * A Vite plugin that gives the app its worker script: served in development, written without a hash to
 * the root of the output in a build, since a worker must keep its URL.
 *
 * @example
 * // vite.config.js
 * import { defineConfig } from 'vite';
 * import { bearerWorker } from 'bearer-worker/vite';
 *
 * export default defineConfig({ plugins: [bearerWorker()] });
 *
 * @example
 * // With a worker of your own, which imports from 'bearer-worker/sw'.
 * export default defineConfig({ plugins: [bearerWorker({ source: 'src/worker.ts', path: 'worker.js' })] });
 */
export function bearerWorker(options?: BearerWorkerOptions): Plugin {
  const { path, source } = checkOptions(options);
  let config: ResolvedConfig;
  let built: WorkerScript | undefined;

  const make = async (): Promise<WorkerScript> => {
    if (source === undefined) return readReadyMade();
    const own = await bundleWorker(source, config);
    return config.command === 'serve' ? withLine(own, TAKE_OVER) : own;
  };

  return {
    name: 'bearer-worker',

    // A build for a server has no browser to give a worker to.
    applyToEnvironment: (environment) => environment.config.consumer === 'client',

    configResolved(resolved) {
      config = resolved;
    },

    configureServer(server) {
      serveWorker(server, path, make);
    },

    async buildStart() {
      if (config.command !== 'build') return;
      built = await make();
      for (const file of built.files) this.addWatchFile(file);
    },

    generateBundle() {
      if (built === undefined) return;
      const shown = config.build.sourcemap === false ? { ...built, map: undefined } : built;
      this.emitFile({ type: 'asset', fileName: path, source: withMapComment(shown, path) });
      if (shown.map !== undefined)
        this.emitFile({ type: 'asset', fileName: `${path}.map`, source: shown.map });
    },
  };
}

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { build as viteBuild, ResolvedConfig } from 'vite';
import type { WorkerScript } from './worker-script.js';

/**
 * Bundles a worker of the user's own into one classic script, since module workers came late to some
 * browsers. The app's aliases, `define`, mode and environment hold in it; its plugins do not run, this
 * one being among them.
 */
export async function bundleWorker(source: string, config: ResolvedConfig): Promise<WorkerScript> {
  const entry = resolve(config.root, source);
  if (!(await isFile(entry))) {
    throw new Error(
      `bearerWorker(): the worker source ${entry} does not exist. Mend "source" (now "${source}", taken from ` +
        `Vite's root ${config.root}), or leave it out to use the ready-made worker.`,
    );
  }
  // Imported when it is wanted, so that the entry loads where Vite is not installed.
  const { build } = await import('vite');
  const output = await build({
    root: config.root,
    base: config.base,
    mode: config.mode,
    configFile: false,
    envDir: config.envDir,
    envPrefix: config.envPrefix ?? 'VITE_',
    publicDir: false,
    logLevel: 'silent',
    resolve: { alias: config.resolve.alias },
    define: {
      // A library build leaves this to whoever bundles next, but there is nobody next.
      'process.env.NODE_ENV': JSON.stringify(config.isProduction ? 'production' : 'development'),
      ...config.define,
    },
    build: {
      write: false,
      target: config.build.target === false ? 'es2022' : config.build.target,
      minify: config.command === 'build' && config.build.minify !== false,
      sourcemap: config.command === 'build' ? config.build.sourcemap !== false : true,
      lib: { entry, formats: ['iife'], name: 'bearerWorkerSource', fileName: () => 'worker.js' },
    },
  });
  return onlyScript(output, entry);
}

type BuildOutput = Awaited<ReturnType<typeof viteBuild>>;

function onlyScript(output: BuildOutput, entry: string): WorkerScript {
  const [bundle] = Array.isArray(output) ? output : [output];
  if (bundle === undefined || !('output' in bundle)) {
    throw new Error(`bearerWorker(): Vite made nothing of the worker source ${entry}.`);
  }
  const [chunk] = bundle.output;
  const files = chunk.moduleIds.filter((id) => !id.startsWith('\0')).map((id) => id.replace(/\?.*$/, ''));
  return { code: chunk.code, map: chunk.map?.toString(), files: new Set(files) };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Rollup } from 'vite';

const ENTRY = fileURLToPath(new URL('./hosts-page.ts', import.meta.url));
const built = (file: string): string => fileURLToPath(new URL(`../../../dist/${file}`, import.meta.url));

let bundle: Promise<ReadonlyMap<string, string>> | undefined;

/** The app's script with the hosts' SDKs and the built package inside, bundled as an app would bundle it: all its chunks. */
export function hostsScripts(): Promise<ReadonlyMap<string, string>> {
  bundle ??= bundleOnce();
  return bundle;
}

async function bundleOnce(): Promise<ReadonlyMap<string, string>> {
  if (!existsSync(built('providers.js'))) throw new Error('Build the package first (npm run build).');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    // The longer name first: the other is its beginning.
    resolve: {
      alias: [
        { find: 'bearer-worker/providers', replacement: built('providers.js') },
        { find: 'bearer-worker', replacement: built('index.js') },
      ],
    },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rollupOptions: {
        input: ENTRY,
        output: { format: 'es', entryFileNames: 'hosts.js', chunkFileNames: 'hosts-chunks/[name].js' },
      },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]) as Rollup.RollupOutput[];
  const scripts = outputs.flatMap(({ output }) => output).filter((output) => output.type === 'chunk');
  return new Map(scripts.map(({ fileName, code }) => [`/${fileName}`, code]));
}

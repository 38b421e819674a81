import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Rollup } from 'vite';

const ENTRY = fileURLToPath(new URL('../pages/page.ts', import.meta.url));
const BUILT = fileURLToPath(new URL('../../../dist/index.js', import.meta.url));

let bundle: Promise<string> | undefined;

/** The test page's script with the built package inside, bundled as an app would bundle it; once a file. */
export function pageBundle(): Promise<string> {
  bundle ??= bundleOnce();
  return bundle;
}

async function bundleOnce(): Promise<string> {
  if (!existsSync(BUILT)) throw new Error(`${BUILT} is missing: build the package first (npm run build).`);
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { 'bearer-worker': BUILT } },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rollupOptions: { input: ENTRY, output: { format: 'es' } },
    },
  });
  const chunks = (Array.isArray(result) ? result : [result]) as Rollup.RollupOutput[];
  const [chunk] = chunks.flatMap(({ output }) => output);
  if (chunk?.type !== 'chunk') throw new Error('The test page was bundled into nothing.');
  return chunk.code;
}

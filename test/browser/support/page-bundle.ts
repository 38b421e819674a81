import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Rollup } from 'vite';

const ENTRY = fileURLToPath(new URL('../pages/page.ts', import.meta.url));
const BUILT = fileURLToPath(new URL('../../../dist/index.js', import.meta.url));

let bundle: Promise<ReadonlyMap<string, string>> | undefined;

/**
 * The test page's script with the built package inside, bundled as an app would bundle it, once a test file:
 * the text of `/page.js`, and of each chunk that it loads when it needs it.
 */
export async function pageScript(path: string): Promise<string> {
  bundle ??= bundleOnce();
  const code = (await bundle).get(path);
  if (code === undefined) throw new Error(`The test page was bundled without ${path}.`);
  return code;
}

async function bundleOnce(): Promise<ReadonlyMap<string, string>> {
  if (!existsSync(BUILT)) throw new Error(`${BUILT} is missing: build the package first (npm run build).`);
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { 'bearer-worker': BUILT } },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rollupOptions: {
        input: ENTRY,
        output: { format: 'es', entryFileNames: 'page.js', chunkFileNames: 'chunks/[name].js' },
      },
    },
  });
  const chunks = (Array.isArray(result) ? result : [result]) as Rollup.RollupOutput[];
  const scripts = chunks.flatMap(({ output }) => output).filter((output) => output.type === 'chunk');
  return new Map(scripts.map(({ fileName, code }) => [`/${fileName}`, code]));
}

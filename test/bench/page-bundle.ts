import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Rollup } from 'vite';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const BUILT = fromHere('../../dist/');

/** The pages' script, minified as an app would ship it: one entry, and a chunk for each contestant. */
export async function bundlePages(): Promise<ReadonlyMap<string, string>> {
  if (!existsSync(`${BUILT}index.js`))
    throw new Error(`${BUILT} is empty: build the package first (npm run build).`);
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: [
        { find: /^bearer-worker$/, replacement: `${BUILT}index.js` },
        { find: /^bearer-worker\/providers$/, replacement: `${BUILT}providers.js` },
      ],
    },
    build: {
      write: false,
      target: 'es2022',
      rollupOptions: {
        input: fromHere('pages/app.ts'),
        output: { format: 'es', entryFileNames: 'app.js', chunkFileNames: 'chunks/[name].js' },
      },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]) as Rollup.RollupOutput[];
  const scripts = outputs.flatMap(({ output }) => output).filter((output) => output.type === 'chunk');
  return new Map(scripts.map(({ fileName, code }) => [`/${fileName}`, code]));
}

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Rollup } from 'vite';

const built = (file: string): string => fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));

export interface PageBundle {
  /** The page's own script. */
  readonly entry: URL;
  /** What the server calls it. */
  readonly fileName: string;
  /** The folder of what it loads when it needs it. */
  readonly chunkFolder: string;
  /** As an app ships it. @default false */
  readonly minify?: boolean;
}

/** A page's script with the built package inside, bundled as an app would bundle it: the text of each path. */
export async function bundlePage({
  entry,
  fileName,
  chunkFolder,
  minify = false,
}: PageBundle): Promise<ReadonlyMap<string, string>> {
  for (const file of ['index.js', 'providers.js']) {
    if (!existsSync(built(file)))
      throw new Error(`${built(file)} is missing: build the package first (npm run build).`);
  }
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: [
        { find: /^bearer-worker$/, replacement: built('index.js') },
        { find: /^bearer-worker\/providers$/, replacement: built('providers.js') },
      ],
    },
    build: {
      write: false,
      minify,
      target: 'es2022',
      rollupOptions: {
        input: fileURLToPath(entry),
        output: { format: 'es', entryFileNames: fileName, chunkFileNames: `${chunkFolder}/[name].js` },
      },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]) as Rollup.RollupOutput[];
  const scripts = outputs.flatMap(({ output }) => output).filter((output) => output.type === 'chunk');
  return new Map(scripts.map(({ fileName: path, code }) => [`/${path}`, code]));
}

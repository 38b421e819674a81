import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rollup } from 'vite';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export interface Shipped {
  /** Bytes, gzipped: what a page loads before its first request. */
  readonly page: number;
  /** And the worker's script. */
  readonly worker: number;
}

const ENTRIES: Readonly<Record<string, string>> = {
  'bearer-worker': `
    import { registerTokenInjector } from '${fromRoot('dist/index.js')}';
    import { atlassianConnect } from '${fromRoot('dist/providers.js')}';
    registerTokenInjector({ getToken: atlassianConnect(), scheme: 'JWT' });`,
  axa: `
    import { OidcClient } from '@axa-fr/oidc-client';
    globalThis.client = OidcClient.getOrCreate()({});`,
  axios: `
    import axios from 'axios';
    globalThis.client = axios.create();`,
};

/** What each ships, minified by the same bundler and gzipped. The sizes of an app that has axios anyway are its own. */
export async function measureSizes(): Promise<Readonly<Record<string, Shipped>>> {
  const pages: Record<string, { first: number; chunks: number }> = {};
  for (const [name, code] of Object.entries(ENTRIES)) pages[name] = await bundle(code);
  const gzipped = async (path: string): Promise<number> =>
    gzipSync(await readFile(fromRoot(path)), { level: 9 }).length;
  const worker = await gzipped('dist/bearer-worker.js');
  const { first, chunks } = pages['bearer-worker']!;
  const axaWorker = await minifiedSize(
    await readFile(
      fromRoot('node_modules/@axa-fr/oidc-client-service-worker/dist/OidcServiceWorker.js'),
      'utf8',
    ),
  );
  return {
    'bearer-worker': { page: first, worker },
    'in-page': { page: first + chunks, worker },
    'no-worker': { page: first + chunks, worker: 0 },
    axa: { page: pages['axa']!.first, worker: axaWorker },
    'axios-each': { page: pages['axios']!.first, worker: 0 },
    'axios-mutex': { page: pages['axios']!.first, worker: 0 },
  };
}

async function bundle(code: string): Promise<{ first: number; chunks: number }> {
  const outputs = await bundled(code);
  const sizeOf = (isEntry: boolean): number =>
    outputs
      .filter((chunk) => chunk.isEntry === isEntry && (isEntry || /page-lane|lane/.test(chunk.fileName)))
      .reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0);
  return { first: sizeOf(true), chunks: sizeOf(false) };
}

async function minifiedSize(code: string): Promise<number> {
  const [chunk] = await bundled(code);
  return gzipSync(chunk!.code, { level: 9 }).length;
}

async function bundled(code: string): Promise<Rollup.OutputChunk[]> {
  const id = '\0entry';
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: fromRoot(''),
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
    build: { write: false, target: 'es2022', rollupOptions: { input: id, output: { format: 'es' } } },
    plugins: [
      {
        name: 'entry',
        resolveId: (asked) => (asked === id ? id : null),
        load: (asked) => (asked === id ? code : null),
      },
    ],
  });
  const outputs = (Array.isArray(result) ? result : [result]) as Rollup.RollupOutput[];
  return outputs.flatMap(({ output }) => output).filter((output) => output.type === 'chunk');
}

import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Rollup } from 'vite';
import type { Exchange } from '../../../browser/support/app-server.js';

const bundles = new Map<string, Promise<ReadonlyMap<string, string | Uint8Array>>>();

/** Hands out `/clients/<name>/<name>.js`, a page's script with its HTTP client inside, and what belongs to it. */
export async function sendClient({ seen, response }: Exchange): Promise<boolean> {
  const [, name] = /^\/clients\/([^/]+)\//.exec(seen.path) ?? [];
  if (name === undefined) return false;
  const bundle = bundles.get(name) ?? bundleClient(name);
  bundles.set(name, bundle);
  const content = (await bundle).get(seen.path);
  response.writeHead(content === undefined ? 404 : 200, { 'content-type': 'text/javascript; charset=utf-8' });
  response.end(content);
  return true;
}

/** As an app that uses the client would be bundled, once for all files of a worker of the test runner. */
async function bundleClient(name: string): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const base = `/clients/${name}/`;
  const result = await build({
    configFile: false,
    logLevel: 'error',
    base,
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: false,
      rollupOptions: {
        input: fileURLToPath(new URL(`./pages/${name}.ts`, import.meta.url)),
        output: { format: 'es', entryFileNames: `${name}.js`, chunkFileNames: 'chunks/[name].js' },
      },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]) as Rollup.RollupOutput[];
  return new Map(
    outputs
      .flatMap(({ output }) => output)
      .map((each) => [`${base}${each.fileName}`, each.type === 'chunk' ? each.code : each.source]),
  );
}

/** A worker of the user's own, bundled into one classic script. */
export async function bundleWorker(name: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: { 'bearer-worker/sw': fileURLToPath(new URL('../../../../dist/sw.js', import.meta.url)) },
    },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(new URL(`./pages/${name}`, import.meta.url)),
        formats: ['iife'],
        name: 'worker',
        fileName: () => 'worker.js',
      },
    },
  });
  const [{ output }] = result as [Rollup.RollupOutput];
  return output[0].code;
}

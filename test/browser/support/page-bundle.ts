import { bundlePage } from '../../setup/bundle-page.js';

let bundle: Promise<ReadonlyMap<string, string>> | undefined;

/**
 * The test page's script, bundled once: the text of `/page.js`, and of each chunk that it loads when it
 * needs it.
 */
export async function pageScript(path: string): Promise<string> {
  bundle ??= bundlePage({
    entry: new URL('../pages/page.ts', import.meta.url),
    fileName: 'page.js',
    chunkFolder: 'chunks',
  });
  const code = (await bundle).get(path);
  if (code === undefined) throw new Error(`The test page was bundled without ${path}.`);
  return code;
}

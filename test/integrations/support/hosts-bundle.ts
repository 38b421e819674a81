import { bundlePage } from '../../setup/bundle-page.js';

let bundle: Promise<ReadonlyMap<string, string>> | undefined;

/** The app's script with the hosts' SDKs inside: all its chunks. */
export function hostsScripts(): Promise<ReadonlyMap<string, string>> {
  bundle ??= bundlePage({
    entry: new URL('./hosts-page.ts', import.meta.url),
    fileName: 'hosts.js',
    chunkFolder: 'hosts-chunks',
  });
  return bundle;
}

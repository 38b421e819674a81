import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { build, createServer, preview, type InlineConfig, type Plugin } from 'vite';
import { onTestFinished } from 'vitest';
import { consumer, makeFolder } from './consumer.js';

type VitePlugin = (options?: unknown) => Plugin;

const entry = pathToFileURL(join(consumer.folder, 'node_modules/bearer-worker/dist/vite.js')).href;
/** The plugin as installed; untyped on purpose, so that a test can misuse it. */
export const { bearerWorker } = (await import(/* @vite-ignore */ entry)) as { bearerWorker: VitePlugin };

const PAGE = '<!doctype html><title>app</title><script type="module" src="/main.js"></script>';

/** A small app with an index page, beside the given files. */
export function makeApp(files: Record<string, string> = {}): Promise<string> {
  return makeFolder({ 'index.html': PAGE, 'main.js': 'document.title = "ready";', ...files });
}

export function configFor(root: string, options?: unknown, more: InlineConfig = {}): InlineConfig {
  return { root, configFile: false, logLevel: 'silent', plugins: [bearerWorker(options)], ...more };
}

/** Starts the app in development, on a free port; the answer is its origin, and the server. */
export async function develop(config: InlineConfig) {
  const server = await createServer({ ...config, server: { ...config.server, port: 0, host: '127.0.0.1' } });
  onTestFinished(() => server.close());
  await server.listen();
  const address = server.httpServer?.address();
  if (typeof address !== 'object' || !address) throw new Error(`The server has no port: ${String(address)}`);
  return { server, origin: `http://127.0.0.1:${address.port}` };
}

/** Builds the app and serves what was built. */
export async function buildAndPreview(config: InlineConfig): Promise<string> {
  await build(config);
  const server = await preview({ ...config, preview: { port: 0, host: '127.0.0.1' } });
  onTestFinished(() => server.close());
  const address = server.httpServer.address();
  if (typeof address !== 'object' || !address) throw new Error(`The server has no port: ${String(address)}`);
  return `http://127.0.0.1:${address.port}`;
}

import { build, createServer, preview, type InlineConfig } from 'vite';
import { onTestFinished } from 'vitest';
import { freePort } from '../../setup/free-port.js';

export type Server = 'development' | 'preview';

/**
 * The app on Vite's own server, by its own `vite.config.ts`; what it does not have itself, it asks `backEnd` for,
 * without the base. The answer is the app's address.
 */
export async function serveApp(
  root: string,
  how: Server,
  backEnd: string,
  { base = '/', log = [] }: { base?: string; log?: string[] } = {},
): Promise<string> {
  // A server that starts anew, since its configuration has changed, comes back to its port.
  const port = await freePort();
  const proxied = { target: backEnd, rewrite: (path: string) => path.replace(base, '/') };
  const at = { port, strictPort: true, host: '127.0.0.1' };
  const config: InlineConfig = {
    root,
    base,
    server: { ...at, proxy: { [`${base}api/`]: proxied, '/session/': proxied, '/other/': proxied } },
    preview: at,
    customLogger: loggerInto(log),
  };
  if (how === 'preview') await build(config);
  const server = await (how === 'preview' ? preview(config) : createServer(config));
  onTestFinished(() => server.close());
  if ('listen' in server) await server.listen();
  return `http://127.0.0.1:${port}${base}`;
}

function loggerInto(log: string[]): NonNullable<InlineConfig['customLogger']> {
  const note = (text: string): unknown => log.push(text);
  return {
    info: () => undefined,
    warn: note,
    warnOnce: note,
    error: note,
    clearScreen: () => undefined,
    hasErrorLogged: () => false,
    hasWarned: false,
  };
}

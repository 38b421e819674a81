import { createSecureServer } from 'node:http2';
import type { Http2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { AppServer } from './app-server.js';
import { selfSigned } from './faults-certificate.js';

/** The app once more, over HTTP/2: only there does Chromium send a body that is a stream. */
export async function serveHttp2(app: AppServer): Promise<{ origin: string; close(): void }> {
  const server = createSecureServer({ ...selfSigned(), allowHTTP1: true });
  const sessions = new Set<Http2Session>();
  server.on('session', (session) => sessions.add(session));
  await app.serve(server);
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const session of sessions) session.destroy();
    },
  };
}

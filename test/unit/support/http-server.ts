import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpServer {
  readonly url: string;
  /** What came, in order. */
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  respond: (response: ServerResponse, request: IncomingMessage) => void;
  close(): Promise<void>;
}

/** A real server on a port of its own. */
export async function listen(): Promise<HttpServer> {
  const server: HttpServer = {
    url: '',
    requests: [],
    respond: (response) => response.end(),
    close: () =>
      new Promise((resolve) => {
        node.closeAllConnections();
        node.close(() => resolve());
      }),
  };
  const node = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      server.requests.push({ method, url, headers, body });
      server.respond(response, request);
    });
  });
  await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve));
  return Object.assign(server, { url: `http://127.0.0.1:${(node.address() as AddressInfo).port}` });
}

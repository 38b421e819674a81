import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { apiRoutes } from './api-routes.js';
import { pageRoutes } from './page-routes.js';
import { SeenRequests, headerPairs, measureBody } from './seen-requests.js';
import type { SeenRequest } from './seen-requests.js';
import { TokenHost } from './token-host.js';
import { TokenIssuer } from './token-issuer.js';
import type { WorkerScript } from './worker-script.js';

/** What a route is given, and what it answers with. */
export interface Exchange {
  readonly app: AppServer;
  readonly url: URL;
  readonly seen: SeenRequest;
  readonly bodyText: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export type Route = (exchange: Exchange) => void | Promise<void>;

/**
 * The app's own server, and beside it a second one. The second is another origin of the same site as
 * `elsewhere` (127.0.0.1, another port) and, under the name localhost, another site as `attacker`.
 */
export class AppServer {
  readonly seen = new SeenRequests();
  readonly seenElsewhere = new SeenRequests();
  readonly issuer = new TokenIssuer();
  readonly tokenHost = new TokenHost(this.issuer);
  /** What a worker with the recorder in front of it said on its console and over its channels. */
  readonly recordedInWorker: string[] = [];
  workerScript: WorkerScript = 'built';
  /** Sees each request before its route does; says whether it has answered, or means never to. */
  intercept: ((exchange: Exchange) => boolean | Promise<boolean>) | undefined;
  readonly #servers: readonly Server[];

  private constructor(servers: readonly Server[]) {
    this.#servers = servers;
  }

  static async start(): Promise<AppServer> {
    const servers = [createServer(), createServer()];
    const app = new AppServer(servers);
    await Promise.all([app.#listen(servers[0]!, app.seen), app.#listen(servers[1]!, app.seenElsewhere)]);
    return app;
  }

  get origin(): string {
    return `http://127.0.0.1:${portOf(this.#servers[0])}`;
  }

  /** The same server under a name that the browser does not trust. */
  get insecure(): string {
    return `http://insecure.example:${portOf(this.#servers[0])}`;
  }

  get elsewhere(): string {
    return `http://127.0.0.1:${portOf(this.#servers[1])}`;
  }

  get attacker(): string {
    return `http://localhost:${portOf(this.#servers[1])}`;
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      ),
    );
  }

  /** Answers on another server too, as on the app's own; whoever brings it closes it. */
  serve(server: Http2SecureServer): Promise<void> {
    return this.#listen(server as unknown as Server, this.seen);
  }

  async #listen(server: Server, log: SeenRequests): Promise<void> {
    server.on('request', (request, response) => {
      this.#answer(request, response, log).catch((error: unknown) => {
        // A page that leaves in mid-request is no fault of the server's.
        if (!response.headersSent && !request.destroyed) response.writeHead(500).end(String(error));
        else response.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse, log: SeenRequests): Promise<void> {
    const arrivedAtMs = Date.now();
    const url = new URL(`${this.origin}${request.url ?? '/'}`);
    const headers = headerPairs(request);
    const authorization = headers.filter(([name]) => name === 'authorization').map(([, value]) => value);
    // Judged as it arrives: an upload that takes a while is not refused for it.
    const judgement = await this.issuer.judge(authorization);
    const { text, ...body } = await measureBody(request);
    const seen: SeenRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      path: (request.url ?? '').split('?')[0]!,
      headers,
      authorization,
      body,
      bodyText: text,
      judgement,
      arrivedAtMs,
      status: 0,
    };
    log.all.push(seen);
    const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
    response.writeHead = (...args: unknown[]) => {
      seen.status = args[0] as number;
      return writeHead(...args);
    };
    response.setHeader('date', new Date(this.issuer.nowMs()).toUTCString());
    const exchange: Exchange = { app: this, url, seen, bodyText: text, request, response };
    if (await this.intercept?.(exchange)) return;
    await (pageRoutes(seen.path) ?? apiRoutes(seen.path) ?? notFound)(exchange);
  }
}

function notFound({ response, seen }: Exchange): void {
  response
    .writeHead(404, { 'content-type': 'application/json' })
    .end(JSON.stringify({ notFound: seen.path }));
}

function portOf(server: Server | undefined): number {
  return (server?.address() as AddressInfo).port;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import type { AppServer } from '../../../browser/support/app-server.js';
import { headerPairs } from '../../../browser/support/seen-requests.js';
import type { Verdict } from '../../../browser/support/token-issuer.js';

/** One request of an upload, as it came. */
export interface TusRequest {
  readonly method: string;
  readonly offset: number;
  readonly verdict: Verdict;
  /** Which token it came with. */
  readonly tokenId: string | undefined;
}

const PATH = '/api/files';

/**
 * The app once more, with a tus server under `/api/files` that keeps its uploads in files. A body goes there as it
 * comes, which the app's own routes do not see before it has ended.
 */
export class TusApp {
  readonly requests: TusRequest[] = [];
  readonly directory: string;
  /** How long the server takes for each piece of an upload. */
  delayMs = 0;
  /** Sees each piece before it is judged. */
  onPatch: ((count: number) => void) | undefined;
  readonly #app: AppServer;
  readonly #tus: Server;
  readonly #server = createServer();

  private constructor(app: AppServer, directory: string) {
    this.#app = app;
    this.directory = directory;
    this.#tus = new Server({ path: PATH, datastore: new FileStore({ directory }) });
  }

  static async start(app: AppServer): Promise<TusApp> {
    const tus = new TusApp(app, await mkdtemp(join(tmpdir(), 'bearer-worker-tus-')));
    await tus.#serve();
    return tus;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** All but the uploads goes where the app's other requests go. */
  #serve(): Promise<void> {
    const front = {
      on: (type: string, answer: (request: IncomingMessage, response: ServerResponse) => void) =>
        this.#server.on(type, (request: IncomingMessage, response: ServerResponse) => {
          if (!request.url?.startsWith(PATH)) answer(request, response);
          else this.#answer(request, response).catch(() => response.destroy());
        }),
      listen: this.#server.listen.bind(this.#server),
    };
    return this.#app.serve(front as unknown as Http2SecureServer);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    if (method === 'PATCH') {
      this.onPatch?.(this.requests.filter((each) => each.method === 'PATCH').length);
    }
    const authorization = headerPairs(request).filter(([name]) => name === 'authorization');
    const { verdict, claims } = await this.#app.issuer.judge(authorization.map(([, value]) => value));
    const offset = Number(request.headers['upload-offset'] ?? -1);
    this.requests.push({ method, offset, verdict, tokenId: claims?.jti });
    if (verdict !== 'good') {
      request.resume();
      await new Promise((resolve) => request.once('end', resolve));
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
      return;
    }
    if (method === 'PATCH') await delay(this.delayMs);
    await this.#tus.handle(request, response);
  }
}

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { diagnose } from '../../../src/page/diagnose.js';
import { listen, type HttpServer } from '../support/http-server.js';

let server: HttpServer;

beforeAll(async () => {
  server = await listen();
});
afterEach(() => vi.unstubAllGlobals());
afterAll(() => server.close());

const of = (error: unknown): Promise<string> => diagnose(new URL('/bearer-worker.js', server.url), error);
const named = (name: string): DOMException => new DOMException('x', name);

function serves(status: number, type?: string): void {
  server.respond = (response) => {
    if (type) response.setHeader('Content-Type', type);
    response.writeHead(status).end();
  };
}

describe('why there is no worker, and what mends it', () => {
  test.each(['NotSupportedError', 'InvalidStateError'])(
    '%s: site data is blocked; the script is not looked at',
    async (name) => {
      server.requests.length = 0;
      expect(await of(named(name))).toMatch(/site data is blocked/);
      expect(server.requests).toHaveLength(0);
    },
  );

  test('a sandboxed frame whose getter of workers does not throw; the script is not looked at', async () => {
    server.requests.length = 0;
    vi.stubGlobal('origin', 'null');
    expect(await of(named('SecurityError'))).toMatch(/sandbox="allow-scripts allow-same-origin"/);
    expect(server.requests).toHaveLength(0);
  });

  test('a server that never answers is not waited for', async () => {
    server.respond = () => undefined;
    const over = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
    try {
      expect(await of(named('TypeError'))).toMatch(/could not be fetched/);
      expect(over.mock.calls[0]![0]).toBeLessThan(20_000);
    } finally {
      over.mockRestore();
    }
  });

  test('storage is refused too: site data is blocked, whatever else the error may mean', async () => {
    const refused = {
      get: () => {
        throw named('SecurityError');
      },
      configurable: true,
    };
    Object.defineProperty(globalThis, 'localStorage', refused);
    try {
      expect(await of(named('SecurityError'))).toMatch(/site data is blocked.*Allow/);
    } finally {
      Reflect.deleteProperty(globalThis, 'localStorage');
    }
  });

  test('the script is missing: the command that copies it', async () => {
    serves(404);
    expect(await of(named('TypeError'))).toMatch(/\/bearer-worker\.js answers 404.*npx bearer-worker init/);
  });

  test('the script is the app’s HTML', async () => {
    serves(200, 'text/html');
    expect(await of(named('SecurityError'))).toMatch(/served as text\/html.*npx bearer-worker init/);
  });

  test('the script has no type', async () => {
    serves(200);
    expect(await of(named('SecurityError'))).toMatch(/served as no type/);
  });

  test('the script is there, and may not be registered', async () => {
    serves(200, 'text/javascript; charset=utf-8');
    expect(await of(named('SecurityError'))).toMatch(/Service-Worker-Allowed/);
  });

  test.each([
    ['a TypeError', new TypeError('x'), '(TypeError)'],
    ['what is no error', 'x', '()'],
  ])('the script is there, and was refused with %s', async (_what, error, shown) => {
    serves(200, 'application/javascript');
    const message = await of(error);
    expect(message).toContain(shown);
    expect(message).toMatch(/does not parse.*worker-src 'self'/);
  });

  test('the script cannot be reached', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    expect(await of(named('TypeError'))).toMatch(/could not be fetched. Is the page online/);
  });

  test('only its head is asked for, past the caches', async () => {
    server.requests.length = 0;
    serves(404);
    await of(named('TypeError'));
    expect(server.requests).toMatchObject([{ method: 'HEAD', url: '/bearer-worker.js' }]);
    expect(server.requests[0]!.headers['cache-control']).toBe('no-cache');
  });
});

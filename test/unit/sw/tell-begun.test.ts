import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { seal } from '../../../src/core/protocol.js';
import { createTellBegun } from '../../../sw/tell-begun.js';

const URL_OF_REQUEST = 'https://app.example/api/a?b#c';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0';

const posted: [clientId: string, message: unknown][] = [];
let get: ReturnType<typeof vi.fn<(id: string) => Promise<unknown>>>;

beforeEach(() => {
  posted.length = 0;
  get = vi.fn((id: string) =>
    Promise.resolve({ postMessage: (message: unknown) => posted.push([id, message]) }),
  );
  vi.stubGlobal('self', { clients: { get } });
});

afterEach(() => vi.unstubAllGlobals());

async function tellAs(userAgent: string, clientId = 'p1'): Promise<void> {
  vi.stubGlobal('navigator', { userAgent });
  createTellBegun()(clientId, URL_OF_REQUEST);
  await new Promise((resolve) => setImmediate(resolve));
}

test('in Firefox the page hears which request of its own has begun', async () => {
  await tellAs(FIREFOX);
  expect(posted).toEqual([['p1', seal({ type: 'begun', url: URL_OF_REQUEST })]]);
});

test.each([
  [
    'Chromium',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  ],
  [
    'WebKit',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  ],
  [
    'Firefox on iOS, which is WebKit',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/153.0 Mobile/15E148 Safari/605.1.15',
  ],
])('in %s nothing is said, and no client looked for', async (_engine, userAgent) => {
  await tellAs(userAgent);
  expect(get).not.toHaveBeenCalled();
});

test.each([
  ['is gone', () => Promise.resolve(undefined)],
  ['has no name, as that of a navigation', () => Promise.reject(new TypeError('No such client'))],
])('a client that %s is told nothing', async (_what, found) => {
  get.mockImplementation(found);
  await tellAs(FIREFOX, '');
  expect(get).toHaveBeenCalledOnce();
  expect(posted).toEqual([]);
});

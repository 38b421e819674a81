import axios, { type AxiosError } from 'axios';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';

/** What the handlers saw. */
const handled: { readonly path: string; readonly authorization: string | null }[] = [];
let refused: string | null = null;

const mocks = setupWorker(
  http.get('/api/mocked', ({ request }) => {
    const authorization = request.headers.get('authorization');
    handled.push({ path: '/api/mocked', authorization });
    return authorization === null || authorization === refused
      ? HttpResponse.json({ refused: true }, { status: 401 })
      : HttpResponse.json({ by: 'a mock' });
  }),
  http.post('/api/mocked', async ({ request }) => {
    const authorization = request.headers.get('authorization');
    handled.push({ path: '/api/mocked', authorization });
    return authorization === null || authorization === refused
      ? HttpResponse.json({ refused: true }, { status: 401 })
      : HttpResponse.json({ got: await request.json() });
  }),
);

const client = {
  handled,

  /** In the worker of that address, whoever registered it and with whatever query. */
  start: (url: string): Promise<boolean> =>
    mocks
      .start({
        serviceWorker: { url },
        findWorker: (scriptUrl) => new URL(scriptUrl).pathname === url,
        onUnhandledRequest: 'bypass',
        quiet: true,
      })
      .then(() => true),

  /** From now on the handlers refuse the token that they saw last. */
  refuseLast(): void {
    refused = handled.at(-1)?.authorization ?? null;
  },

  /** A body that no handler gives comes from the server. */
  get: (path: string): Promise<unknown> =>
    fetch(path).then((response) => (response.ok ? response.json() : response.status)),
  post: (path: string, by: 'fetch' | 'xhr'): Promise<unknown> =>
    axios.post<unknown>(path, { total: 1 }, { adapter: by }).then(
      ({ data }) => data,
      ({ response }: AxiosError) => response?.status,
    ),
  workers: async (): Promise<string[]> =>
    (await navigator.serviceWorker.getRegistrations()).map(
      ({ scope, active }) =>
        `${new URL(scope).pathname} ${new URL(active?.scriptURL ?? '/', scope).pathname}`,
    ),
  controller: (): string | undefined =>
    navigator.serviceWorker.controller
      ? new URL(navigator.serviceWorker.controller.scriptURL).pathname
      : undefined,
};

declare global {
  var mswClient: typeof client;
}
globalThis.mswClient = client;

import { FetchError, ofetch } from 'ofetch';

const heard: string[] = [];
const api = ofetch.create({
  baseURL: '/api',
  retry: 2,
  retryStatusCodes: [401, 503],
  retryDelay: 10,
  onRequestError: ({ error }) => void heard.push(String(error)),
  onResponseError: ({ response }) => void heard.push(`status ${response.status}`),
});

const client = {
  heard,

  status: (): Promise<number | undefined> =>
    ofetch.raw('/api/echo?alone').then(
      ({ status }) => status,
      (error: unknown) => (error instanceof FetchError ? error.status : 0),
    ),

  async calls(): Promise<unknown[]> {
    const form = new FormData();
    form.append('file', new Blob(['a report']), 'report.txt');
    const [got, posted, sent, picture] = await Promise.all([
      api<{ url: string }>('/echo', { query: { page: 2 } }),
      api<{ method: string }>('/report', {
        method: 'POST',
        body: { total: 1 },
        headers: { 'x-own': 'kept' },
      }),
      api<{ body: { bytes: number } }>('/upload', { method: 'POST', body: form, timeout: 20_000 }),
      api('/picture.png', { responseType: 'blob' }),
    ]);
    return [got.url, posted.method, sent.body.bytes > 0, picture.size > 0];
  },
};

declare global {
  var ofetchClient: typeof client;
}
globalThis.ofetchClient = client;

import ky, { HTTPError } from 'ky';

const heard: string[] = [];
const api = ky.create({
  prefixUrl: '/api',
  // What many an app sets; ky’s own default leaves a 401 alone.
  retry: { limit: 3, statusCodes: [401, 503], methods: ['get', 'post', 'put'], delay: () => 10 },
  hooks: {
    beforeRetry: [({ retryCount }) => void heard.push(`retry ${retryCount}`)],
    afterResponse: [
      (_request, _options, { status }) => void (status < 400 || heard.push(`status ${status}`)),
    ],
    beforeError: [
      (error) => {
        heard.push(`error ${error.response.status}`);
        return error;
      },
    ],
  },
});

const client = {
  heard,

  status: (): Promise<number> =>
    ky.get('/api/echo?alone').then(
      ({ status }) => status,
      (error: unknown) => (error instanceof HTTPError ? error.response.status : 0),
    ),

  async calls(): Promise<unknown[]> {
    const form = new FormData();
    form.append('file', new Blob(['a report']), 'report.txt');
    const [got, posted, sent, put] = await Promise.all([
      api.get('echo', { searchParams: { page: 2 } }).json<{ url: string }>(),
      api.post('report', { json: { total: 1 }, headers: { 'x-own': 'kept' } }).json<{ method: string }>(),
      api.post('upload', { body: form, timeout: false }).json<{ body: { bytes: number } }>(),
      api.put('', { body: 'text' }).then(({ status }) => status),
    ]);
    return [got.url, posted.method, sent.body.bytes > 0, put];
  },

  /** With a time limit of its own, and no retry. */
  within: (timeout: number): Promise<unknown> =>
    ky.get('/api/echo?within', { timeout, retry: 0 }).then(
      ({ status }) => status,
      (error: unknown) => (error as Error).name,
    ),

  async upload(bytes: number): Promise<unknown[]> {
    let told = 0;
    const onUploadProgress = (): void => void (told += 1);
    const outcome = await ky
      .post('/api/upload', { body: new Blob([new Uint8Array(bytes)]), onUploadProgress, retry: 0 })
      .json<{ body: { bytes: number } }>()
      .then(
        ({ body }) => body.bytes,
        (error: unknown) => (error instanceof HTTPError ? error.response.status : String(error)),
      );
    return [outcome, told];
  },

  /** One call of the app’s, with its retries; what it ends with. */
  retried: (path: string): Promise<number> =>
    api.get(path).then(
      ({ status }) => status,
      (error: unknown) => (error instanceof HTTPError ? error.response.status : 0),
    ),
};

declare global {
  var kyClient: typeof client;
}
globalThis.kyClient = client;

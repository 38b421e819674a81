import axios, { type AxiosError } from 'axios';

/** Which of its ways to the network axios takes. */
export type Adapter = 'fetch' | 'xhr';

/** What an interceptor of the app’s hears of errors. */
const errors: string[] = [];
const api = axios.create({ baseURL: '/api' });
api.interceptors.response.use(undefined, (error: AxiosError) => {
  errors.push(`${error.code} ${error.response?.status}`);
  return Promise.reject(error);
});

let controller = new AbortController();
let source = axios.CancelToken.source();
let cancelled: Promise<unknown[]> = Promise.resolve([]);

const client = {
  errors,

  status: (adapter: Adapter): Promise<unknown> =>
    api.get('/echo?alone', { adapter }).then(
      ({ status }) => status,
      (error: AxiosError) => error.response?.status,
    ),

  /** As an app does that brings its token itself; what it ends with. */
  withOwnHeader(adapter: Adapter): Promise<unknown> {
    const own = axios.create({ baseURL: '/api', adapter });
    own.interceptors.request.use((config) => {
      config.headers.set('Authorization', 'Bearer of-its-own');
      return config;
    });
    return own.get('/echo?own').then(
      ({ status }) => status,
      (error: AxiosError) => error.response?.status,
    );
  },

  /** Several at once; what the app gets of each. */
  async calls(adapter: Adapter): Promise<unknown[]> {
    const form = new FormData();
    form.append('file', new Blob(['a report']), 'report.txt');
    const [got, posted, sent, bytes] = await Promise.all([
      api.get<{ url: string }>('/echo', { adapter, params: { page: 2 } }),
      api.post<string>(
        '/report',
        { total: 1 },
        {
          adapter,
          transformRequest: [(data: unknown) => JSON.stringify({ wrapped: data })],
          transformResponse: [(text: string) => (JSON.parse(text) as { method: string }).method],
          headers: { 'Content-Type': 'application/json', 'X-Own': 'kept' },
        },
      ),
      api.post<{ body: { bytes: number } }>('/upload', form, { adapter }),
      api.get<ArrayBuffer>('/picture.png', { adapter, responseType: 'arraybuffer', timeout: 20_000 }),
    ]);
    return [got.data.url, posted.data, sent.data.body.bytes > 0, bytes.data.byteLength > 0];
  },

  /** What it ends with, and how often it told of progress. */
  async upload(adapter: Adapter, bytes: number): Promise<unknown[]> {
    let told = 0;
    const onUploadProgress = (): void => void (told += 1);
    const outcome = await api
      .post<{ body: { bytes: number } }>('/upload', new Blob([new Uint8Array(bytes)]), {
        adapter,
        onUploadProgress,
      })
      .then(
        ({ data }) => data.body.bytes,
        ({ response, message }: AxiosError) => response?.status ?? message,
      );
    return [outcome, told];
  },

  /** Three requests of which the app will cancel two. */
  begin(adapter: Adapter): void {
    controller = new AbortController();
    source = axios.CancelToken.source();
    cancelled = Promise.all(
      [
        api.post('/report?signal', 'x', { adapter, signal: controller.signal }),
        api.post('/report?token', 'x', { adapter, cancelToken: source.token }),
        api.post('/report?stays', 'x', { adapter }),
      ].map((call) =>
        call.then(
          ({ status }) => status,
          (error: unknown) => (axios.isCancel(error) ? 'cancelled' : String(error)),
        ),
      ),
    );
  },
  cancel(): void {
    controller.abort();
    source.cancel();
  },
  outcomes: (): Promise<unknown[]> => cancelled,
};

declare global {
  var axiosClient: typeof client;
}
globalThis.axiosClient = client;

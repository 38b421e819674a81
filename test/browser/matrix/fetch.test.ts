import { FIXED_INTEGRITY } from '../support/matrix-routes.js';
import { defineCells } from './define.js';
import { fetchOf } from './transport.js';

const BODIES = {
  'a string': 'string',
  'a FormData with a file': 'form',
  'a Blob': 'blob',
  'a File': 'file',
  URLSearchParams: 'params',
  'an ArrayBuffer': 'buffer',
} as const;

const POLICIES = [
  'no-referrer',
  'no-referrer-when-downgrade',
  'origin',
  'origin-when-cross-origin',
  'same-origin',
  'strict-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
] as const;

const CACHES = ['default', 'no-store', 'reload', 'no-cache', 'force-cache', 'only-if-cached'] as const;
const WRONG = 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

defineCells([
  fetchOf('fetch GET', 'echo'),
  fetchOf('fetch GET with headers', 'echo', {
    init: { headers: { 'X-Mine': 'a, b', Accept: 'text/plain', 'Accept-Language': 'pl' } },
  }),
  fetchOf('fetch HEAD', 'echo', { init: { method: 'HEAD' } }),
  ...Object.entries(BODIES).map(([what, body]) =>
    fetchOf(`fetch POST of ${what}`, 'echo', { init: { method: 'POST' }, body }),
  ),
  fetchOf('fetch POST of JSON', 'echo', {
    init: { method: 'POST', headers: { 'content-type': 'application/json' } },
    body: 'json',
  }),
  fetchOf('fetch POST of nothing', 'echo', { init: { method: 'POST' } }),
  ...['PUT', 'PATCH', 'DELETE'].map((method) =>
    fetchOf(`fetch ${method}`, 'echo', { init: { method }, body: 'string' }),
  ),
  ...(['no-cors', 'same-origin'] as const).map((mode) =>
    fetchOf(`fetch, mode ${mode}`, 'echo', { init: { mode } }),
  ),
  fetchOf('fetch, keepalive', 'echo', { init: { method: 'POST', keepalive: true }, body: 'string' }),
  fetchOf('fetch, integrity right', 'fixed', { init: { integrity: FIXED_INTEGRITY } }),
  fetchOf('fetch, integrity wrong', 'fixed', { init: { integrity: WRONG } }),
  ...CACHES.map((cache) =>
    fetchOf(`fetch, cache ${cache}`, 'cached', {
      isCached: true,
      init: cache === 'only-if-cached' ? { cache, mode: 'same-origin' } : { cache },
    }),
  ),
  ...(['omit', 'same-origin', 'include'] as const).map((credentials) =>
    fetchOf(`fetch, credentials ${credentials}`, 'echo', { init: { credentials } }),
  ),
  ...(['high', 'low', 'auto'] as const).map((priority) =>
    fetchOf(`fetch, priority ${priority}`, 'echo', { init: { priority } }),
  ),
  ...POLICIES.map((referrerPolicy) =>
    fetchOf(`fetch, referrer policy ${referrerPolicy}`, 'echo', { init: { referrerPolicy } }),
  ),
  fetchOf('fetch, a referrer of its own', 'echo', { init: { referrer: '/made/up' } }),
  fetchOf('fetch, no referrer', 'echo', { init: { referrer: '' } }),
  fetchOf('fetch of a range', 'tone.wav', { init: { headers: { Range: 'bytes=100-199' } } }),
  fetchOf('an answer in gzip', 'gzip'),
  fetchOf('an answer in chunks', 'chunked'),
  ...[204, 404, 500].map((status) => fetchOf(`an answer of ${status}`, `status?status=${status}`)),
  fetchOf('an answer of 304 to a conditional request', 'conditional', {
    init: { headers: { 'If-None-Match': '"v1"' } },
  }),
  fetchOf('an answer with odd headers', 'odd-headers'),
  fetchOf('an answer with 1 MB of headers', 'big-headers'),
  fetchOf('an answer cut in the middle', 'broken'),
  fetchOf('an answer in chunks, cut in the middle', 'broken-chunks'),
]);

import { defineCells } from './define.js';
import { fetchOf, type Transport } from './transport.js';

const STATUSES = [301, 302, 303, 307, 308];

function redirect(status: number, mode: RequestRedirect, to: 'here' | 'elsewhere'): Transport {
  const where = to === 'here' ? 'same origin' : 'another origin';
  return fetchOf(`redirect ${status} to ${where}, ${mode}`, `redirect?status=${status}&to=${to}`, {
    init: { redirect: mode },
  });
}

defineCells([
  ...(['here', 'elsewhere'] as const).flatMap((to) =>
    (['follow', 'error', 'manual'] as const).flatMap((mode) =>
      STATUSES.map((status) => redirect(status, mode, to)),
    ),
  ),
  ...STATUSES.map((status) =>
    fetchOf(`redirect ${status} of a POST`, `redirect?status=${status}&to=here`, {
      init: { method: 'POST' },
      body: 'string',
    }),
  ),
  fetchOf(
    'redirect 302 to another origin that takes simple requests only',
    'redirect?status=302&to=elsewhere-simple',
  ),
  // A header of its own would make another origin ask first.
  fetchOf('redirect 302 of a fetch with headers to another origin', 'redirect?status=302&to=elsewhere', {
    init: { headers: { 'X-Mine': '1' } },
  }),
]);

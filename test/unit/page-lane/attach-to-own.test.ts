import { expect, test } from 'vitest';
import { attachToOwn } from '../../../src/page-lane/attach-to-own.js';

const URL_OF = 'https://app.example/api/x';

test('the header is set on the request itself, in place of one that is there', () => {
  const request = new Request(URL_OF);
  expect(attachToOwn(request, 'Authorization', 'Bearer a')).toBe(request);
  expect(attachToOwn(request, 'Authorization', 'Bearer b')).toBe(request);
  expect(request.headers.get('Authorization')).toBe('Bearer b');
});

test.each([
  ['its cache mode is to change', {}, 'Authorization', 'no-store'],
  ['its page wants no referrer said', { referrer: '' }, 'Authorization', undefined],
  ['a redirect would take such a header abroad', {}, 'X-Token', undefined],
] as const)('where %s it is a copy that has the header', (_why, init, header, cache) => {
  const request = new Request(URL_OF, init);
  const copy = attachToOwn(request, header, 'a', cache);
  expect(copy).not.toBe(request);
  expect(copy.headers.get(header)).toBe('a');
  expect(request.headers.has(header)).toBe(false);
});

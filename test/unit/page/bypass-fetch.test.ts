import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BYPASS_HASH } from '../../../src/core/bypass.js';
import { bypassFetch } from '../../../src/page/bypass-fetch.js';

let calls: [input: Request | URL | string, init: RequestInit | undefined][];

/** What the one request was, as the network would see it. */
function sent(): Request {
  const [input, init] = calls[0]!;
  return new Request(input, init);
}

beforeEach(() => {
  calls = [];
  vi.stubGlobal('document', { baseURI: 'https://app.example/app/' });
  vi.stubGlobal('fetch', (input: Request | URL | string, init?: RequestInit) => {
    calls.push([input, init]);
    return Promise.resolve(new Response());
  });
});

afterEach(() => vi.unstubAllGlobals());

describe('a provider’s own request is marked, and is what it was otherwise', () => {
  test.each([
    ['a path', '/api/session', 'https://app.example/api/session'],
    ['a path from the page', 'token?x=1', 'https://app.example/app/token?x=1'],
    ['a URL', new URL('https://app.example/t'), 'https://app.example/t'],
    ['a URL with a fragment', 'https://app.example/t#part', 'https://app.example/t'],
  ])('%s', async (_what, input, url) => {
    const init = { method: 'POST', body: 'x' };
    await bypassFetch(input, init);
    expect(sent().url).toBe(`${url}${BYPASS_HASH}`);
    expect(calls.map(([, given]) => given)).toEqual([init]);
  });

  test('a Request, with its method, headers, credentials, body and signal', async () => {
    const controller = new AbortController();
    const given = new Request('https://app.example/t', {
      method: 'POST',
      body: 'a=1',
      headers: { 'X-A': '1', 'Content-Type': 'text/x' },
      credentials: 'include',
      signal: controller.signal,
    });
    await bypassFetch(given);
    const request = sent();
    expect(request).toMatchObject({
      url: `https://app.example/t${BYPASS_HASH}`,
      method: 'POST',
      credentials: 'include',
    });
    expect(request.headers.get('X-A')).toBe('1');
    expect(request.headers.get('Content-Type')).toBe('text/x');
    expect(await request.text()).toBe('a=1');
    controller.abort();
    expect(request.signal.aborted).toBe(true);
  });

  test('a Request without a body, with all that it asks for', async () => {
    const terms = {
      cache: 'no-store',
      redirect: 'manual',
      credentials: 'omit',
      referrerPolicy: 'origin',
    } as const;
    await bypassFetch(new Request('https://app.example/t', terms));
    expect(sent()).toMatchObject({ url: `https://app.example/t${BYPASS_HASH}`, method: 'GET', ...terms });
  });

  test('with no second argument where none was given: zone.js takes one that is undefined for options', async () => {
    const counts: number[] = [];
    vi.stubGlobal('fetch', (...given: unknown[]) => (counts.push(given.length), Promise.resolve()));
    await bypassFetch('/api/session');
    await bypassFetch(new Request('https://app.example/t'));
    expect(counts).toEqual([1, 1]);
  });

  test('a Request with an init over it', async () => {
    await bypassFetch(new Request('https://app.example/t'), { headers: { 'X-A': '2' } });
    expect(sent().headers.get('X-A')).toBe('2');
  });
});

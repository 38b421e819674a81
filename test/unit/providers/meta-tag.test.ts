import { afterEach, expect, test, vi } from 'vitest';
import { metaTag } from '../../../src/providers/index.js';
import { tokenRequest } from '../support/token-request.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A page with these meta elements. */
function stubPage(metas: Record<string, string>): void {
  vi.stubGlobal('CSS', { escape: (text: string) => text.replace(/["\\]/g, '\\$&') });
  vi.stubGlobal('document', {
    querySelector(selector: string) {
      const name = /^meta\[name="(.*)"\]$/.exec(selector)?.[1]?.replace(/\\(.)/g, '$1');
      return name !== undefined && Object.hasOwn(metas, name) ? { content: metas[name] } : null;
    },
  });
}

const call = async (provider: ReturnType<typeof metaTag>): Promise<unknown> => provider(tokenRequest());

test('the token of the page is given once', async () => {
  stubPage({ token: 'abc' });
  const provider = metaTag('token');
  expect(await call(provider)).toBe('abc');
  await expect(call(provider)).rejects.toThrow('<meta name="token"> holds one token, and it was given');
});

test.each([
  ['no such element', {}],
  ['an element without content', { token: '' }],
])('with %s there is an error that says how it should look', async (_what, metas) => {
  stubPage(metas);
  await expect(call(metaTag('token'))).rejects.toThrow(
    'There is no <meta name="token" content="…"> in this page.',
  );
});

test('a name is not read as a selector', async () => {
  stubPage({ 'a"b': 'abc' });
  expect(await call(metaTag('a"b'))).toBe('abc');
});

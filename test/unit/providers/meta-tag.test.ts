import { afterEach, expect, test, vi } from 'vitest';
import { metaTag } from '../../../src/providers/index.js';
import { tokenRequest } from '../support/token-request.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

type Metas = Record<string, string>;

/** A page with these meta elements in its head, and those in its body. */
function stubPage(head: Metas, body: Metas = {}): void {
  vi.stubGlobal('CSS', { escape: (text: string) => text.replace(/["\\]/g, '\\$&') });
  const holding = (...all: Metas[]) => ({
    querySelector(selector: string) {
      const name = /^meta\[name="(.*)"\]$/.exec(selector)?.[1]?.replace(/\\(.)/g, '$1') ?? '';
      const metas = all.find((each) => Object.hasOwn(each, name));
      return metas ? { content: metas[name] } : null;
    },
  });
  vi.stubGlobal('document', { ...holding(body, head), head: holding(head) });
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
    'There is no <meta name="token" content="…"> in this page\'s head.',
  );
});

test('an element in the body, as injected HTML has it, is not taken for it', async () => {
  stubPage({ token: 'abc' }, { token: 'planted' });
  expect(await call(metaTag('token'))).toBe('abc');
  stubPage({}, { token: 'planted' });
  await expect(call(metaTag('token'))).rejects.toThrow('There is no <meta name="token"');
});

test('a name is not read as a selector', async () => {
  stubPage({ 'a"b': 'abc' });
  expect(await call(metaTag('a"b'))).toBe('abc');
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const URL_OF_SCRIPT = 'https://app.example/bearer-worker.js';

/** Fresh for each test: the module makes its policy once. */
async function load(): Promise<(url: string) => unknown> {
  vi.resetModules();
  return (await import('../../../src/page/trusted-script-url.js')).toScriptUrl;
}

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllGlobals());

test('without Trusted Types a URL stays the text that it is', async () => {
  expect((await load())(URL_OF_SCRIPT)).toBe(URL_OF_SCRIPT);
});

test('with Trusted Types one policy makes it, however often it is asked', async () => {
  const names: string[] = [];
  vi.stubGlobal('trustedTypes', {
    createPolicy: (name: string, rules: { createScriptURL(url: string): string }) => {
      names.push(name);
      return { createScriptURL: (url: string) => ({ trusted: rules.createScriptURL(url) }) };
    },
  });
  const toScriptUrl = await load();
  expect(toScriptUrl(URL_OF_SCRIPT)).toEqual({ trusted: URL_OF_SCRIPT });
  toScriptUrl(URL_OF_SCRIPT);
  expect(names).toEqual(['bearer-worker']);
});

test('where the page forbids the policy, the text is given and the browser decides', async () => {
  vi.stubGlobal('trustedTypes', {
    createPolicy: () => {
      throw new TypeError('Policy "bearer-worker" disallowed.');
    },
  });
  expect((await load())(URL_OF_SCRIPT)).toBe(URL_OF_SCRIPT);
});

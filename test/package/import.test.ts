import { expect, test } from 'vitest';
import { execute, makeFolder } from './support/consumer.js';

const EXPORTS = {
  'bearer-worker': ['registerTokenInjector', 'TokenInjectorError', 'isTokenInjectorError'],
  'bearer-worker/sw': ['installTokenInjector', 'createTokenInjector'],
  'bearer-worker/providers': [
    'atlassianConnect',
    'endpoint',
    'metaTag',
    'firstOf',
    'exchange',
    'firebase',
    'miro',
    'monday',
    'shopify',
    'supabase',
    'teams',
    'webflow',
  ],
  'bearer-worker/vite': ['bearerWorker'],
};

for (const [entry, names] of Object.entries(EXPORTS)) {
  test(`${entry} is imported in Node, without a window, and leaves no trace`, async () => {
    const folder = await makeFolder({
      'import.mjs': `
        const before = Object.getOwnPropertyNames(globalThis);
        const exports = await import('${entry}');
        const added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));
        console.log(JSON.stringify({ functions: Object.keys(exports).filter((k) => typeof exports[k] === 'function'), added }));
        // Without a handle left open, Node ends here by itself.
      `,
    });
    const { code, out, err } = await execute('node', ['import.mjs'], folder);
    expect(err).toBe('');
    expect(code).toBe(0);
    const { functions, added } = JSON.parse(out) as { functions: string[]; added: string[] };
    expect(functions).toEqual(expect.arrayContaining(names));
    expect(added).toEqual([]);
  });
}

test('rendered on a server, an app makes its provider and is told to register in the browser, by a typed error', async () => {
  const folder = await makeFolder({
    'server.mjs': `
      import { registerTokenInjector, isTokenInjectorError } from 'bearer-worker';
      import { atlassianConnect, endpoint, firstOf, metaTag } from 'bearer-worker/providers';
      const getToken = firstOf(metaTag('token'), atlassianConnect(), endpoint('/session/token'));
      const error = await registerTokenInjector({ getToken }).then(() => undefined, (e) => e);
      console.log(isTokenInjectorError(error), error?.code, error?.message);
    `,
  });
  const { out, err } = await execute('node', ['server.mjs'], folder);
  expect(err).toBe('');
  expect(out.trim()).toBe(
    'true worker-unavailable There is no page here. Register in the browser, not while rendering on a server.',
  );
});

test('the ready-made worker is found under its public name', async () => {
  const folder = await makeFolder({
    'resolve.mjs': `console.log(import.meta.resolve('bearer-worker/bearer-worker.js'))`,
  });
  const { out } = await execute('node', ['resolve.mjs'], folder);
  expect(out.trim()).toMatch(/^file:.*\/bearer-worker\/dist\/bearer-worker\.js$/);
});

test('what is not an entry cannot be imported', async () => {
  const folder = await makeFolder({ 'deep.mjs': `await import('bearer-worker/dist/cli.js')` });
  const { code, err } = await execute('node', ['deep.mjs'], folder);
  expect(code).not.toBe(0);
  expect(err).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

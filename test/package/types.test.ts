import { join } from 'node:path';
import { expect, test } from 'vitest';
import { consumer, execute, makeFolder } from './support/consumer.js';

const tsc = join(consumer.folder, 'node_modules/typescript/bin/tsc');

/** What a user might write for each entry; `@ts-expect-error` fails where the types would allow the line. */
const USES = {
  'a page': {
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    types: [],
    skipLibCheck: false,
    code: `
      import { registerTokenInjector, isTokenInjectorError, TokenInjectorError } from 'bearer-worker';
      import type { TokenInjector, TokenInjectorOptions } from 'bearer-worker';
      import { atlassianConnect, endpoint, firstOf, metaTag } from 'bearer-worker/providers';

      const options: TokenInjectorOptions = {
        getToken: firstOf(metaTag('token'), endpoint('/heartbeat'), atlassianConnect()),
        include: ['/api/', { path: '/files', navigations: true, destinations: ['image'] }],
        retryStatus: [401],
      };
      const injector: TokenInjector = await registerTokenInjector(options);
      injector.addEventListener('tokenRefreshed', (event) => {
        const expiresAt: number | undefined = event.detail.expiresAt ?? undefined;
        void expiresAt;
        // @ts-expect-error no event carries a token
        void event.detail.token;
      });
      const token: string = await injector.getAccessToken({ minValiditySeconds: 60 });
      const { state } = await injector.getStatus();
      // @ts-expect-error there is no such state
      if (state === 'happy') await injector.logout();
      void registerTokenInjector({ getToken: async ({ signal, fetch }) => (await fetch('/t', { signal })).text() });
      // @ts-expect-error a page without a provider has no token
      void registerTokenInjector({ include: ['/api/'] });
      // @ts-expect-error a provider gives a token
      void registerTokenInjector({ getToken: () => 7 });
      try {
        void token;
      } catch (error) {
        if (isTokenInjectorError(error) && error.code === 'reauth-required') throw error;
        throw new TokenInjectorError('invalid-token', 'said', { cause: error });
      }
    `,
  },
  'a worker': {
    lib: ['ES2022', 'WebWorker'],
    types: [],
    skipLibCheck: false,
    code: `
      import { createTokenInjector, installTokenInjector } from 'bearer-worker/sw';
      declare const self: ServiceWorkerGlobalScope;

      installTokenInjector({ include: ['/api/'], scheme: 'JWT' });
      const injector = createTokenInjector({ include: ['/api/'] });
      self.addEventListener('fetch', (event) => {
        const covered: boolean = injector.matches(event.request);
        if (covered) event.respondWith(injector.handle(event));
      });
      // @ts-expect-error the provider is the page's
      installTokenInjector({ getToken: () => 'a.b.c' });
      // @ts-expect-error there is no such storage
      installTokenInjector({ storage: 'cookies' });
    `,
  },
  'a Vite configuration': {
    lib: ['ES2022'],
    types: ['node'],
    // Vite's own types name packages that only some of its users have.
    skipLibCheck: true,
    code: `
      import { defineConfig } from 'vite';
      import { bearerWorker, type BearerWorkerOptions } from 'bearer-worker/vite';

      const options: BearerWorkerOptions = { path: 'worker.js', source: 'src/worker.ts' };
      export default defineConfig({ plugins: [bearerWorker(options), bearerWorker()] });
      // @ts-expect-error there is no such option
      bearerWorker({ file: 'worker.js' });
    `,
  },
};

const RESOLUTIONS = [
  { module: 'ESNext', moduleResolution: 'bundler' },
  { module: 'NodeNext', moduleResolution: 'NodeNext' },
];

for (const [user, { code, ...options }] of Object.entries(USES)) {
  test.each(RESOLUTIONS)(
    `${user} compiles against the types, resolved as $moduleResolution`,
    async (resolution) => {
      const folder = await makeFolder({
        'consumer.ts': code,
        'package.json': '{ "type": "module" }',
        'tsconfig.json': JSON.stringify({
          compilerOptions: { target: 'ES2022', strict: true, noEmit: true, ...options, ...resolution },
          files: ['consumer.ts'],
        }),
      });
      const { code: exitCode, out } = await execute('node', [tsc, '-p', '.'], folder);
      expect(out).toBe('');
      expect(exitCode).toBe(0);
    },
  );
}

const IN_A_PAGE = { lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [], skipLibCheck: false };

/** What a user might write for each entry; `@ts-expect-error` fails where the types would allow the line. */
export const USES = {
  'a page': {
    ...IN_A_PAGE,
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

/** The same for what does not depend on how a compiler finds the types. */
export const SHAPES = {
  'a page’s events': {
    ...IN_A_PAGE,
    code: `
      import type { ErrorCode, TokenInjector, TokenInjectorEventMap, TokenInjectorEventName } from 'bearer-worker';
      declare const injector: TokenInjector;

      injector.addEventListener('tokenRefreshed', ({ detail: { expiresAt, reason, identity } }) => {
        const seconds: number | null = expiresAt;
        const why: 'initial' | 'expiring' | 'expired' | 'rejected' | 'forced' = reason;
        const whose: string = identity;
        void [seconds, why, whose];
      });
      injector.addEventListener('refreshError', ({ detail: { code, willRetryAt } }) => {
        const known: ErrorCode = code;
        const at: number = willRetryAt;
        void [known, at];
      });
      injector.addEventListener('reauthRequired', ({ detail }) => void (detail.code === 'reauth-required'));
      injector.addEventListener('loggedOut', ({ detail }) => void (detail.origin === 'remote'));
      injector.addEventListener('requestSkipped', ({ detail }) => void (detail.url + detail.why), { once: true });
      injector.addEventListener('statusChange', () => void injector.mode);
      injector.addEventListener('statusChange', { handleEvent: (event) => void event.detail });
      const each = (type: TokenInjectorEventName) => injector.addEventListener(type, (event) => void event.type);
      const heard = (event: TokenInjectorEventMap['loggedOut']) => void event.detail.origin;
      injector.addEventListener('loggedOut', heard);
      injector.removeEventListener('loggedOut', heard);
      void each;
      // @ts-expect-error there is no such event
      injector.addEventListener('tokenRefresh', () => undefined);
      // @ts-expect-error a failure does not say when the token expires
      injector.addEventListener('refreshError', ({ detail }) => void detail.expiresAt);
      // @ts-expect-error a page is logged out here or elsewhere
      injector.addEventListener('loggedOut', ({ detail }) => void (detail.origin === 'server'));
      // @ts-expect-error the codes are the documented ones
      injector.addEventListener('reauthRequired', ({ detail }) => void (detail.code === 'gone'));
      // @ts-expect-error a listener of another event
      injector.addEventListener('statusChange', heard);
      // @ts-expect-error the mode is not for pages to set
      injector.mode = 'page';
      // @ts-expect-error seconds are a number
      void injector.getAccessToken({ minValiditySeconds: '60' });
    `,
  },
  'a page that gives wrong options': {
    ...IN_A_PAGE,
    code: `
      import { registerTokenInjector, TokenInjector, TokenInjectorError, type RouteRule } from 'bearer-worker';
      const getToken = () => 'a.b.c';

      // @ts-expect-error paths are a list
      void registerTokenInjector({ getToken, include: '/api/' });
      // @ts-expect-error a rule needs a path
      void registerTokenInjector({ getToken, include: [{ methods: ['GET'] }] });
      // @ts-expect-error there is no such term of a rule
      void registerTokenInjector({ getToken, include: [{ path: '/api/', method: 'GET' }] });
      // @ts-expect-error exclude takes no rules
      void registerTokenInjector({ getToken, exclude: [{ path: '/api/' }] });
      // @ts-expect-error there is no such option
      void registerTokenInjector({ getToken, includes: ['/api/'] });
      // @ts-expect-error seconds, not a text
      void registerTokenInjector({ getToken, minValiditySeconds: '30s' });
      // @ts-expect-error there is no such storage
      void registerTokenInjector({ getToken, storage: 'localStorage' });
      // @ts-expect-error there is no such answer
      void registerTokenInjector({ getToken, onUnavailable: 'throw' });
      // @ts-expect-error there is no such place
      void registerTokenInjector({ getToken, inPage: true });
      // @ts-expect-error a list of statuses
      void registerTokenInjector({ getToken, retryStatus: 401 });
      // @ts-expect-error the scheme stands before the token, there is none in it
      void registerTokenInjector({ getToken, scheme: null });
      // @ts-expect-error an identity is a string
      void registerTokenInjector({ getToken, identity: 7 });
      // @ts-expect-error a provider is a function
      void registerTokenInjector({ getToken: 'a.b.c' });
      // @ts-expect-error an object without a token
      void registerTokenInjector({ getToken: () => ({ access_token: 'a.b.c' }) });
      // @ts-expect-error seconds since the epoch, not a Date
      void registerTokenInjector({ getToken: () => ({ token: 'a.b.c', expiresAt: new Date() }) });
      // @ts-expect-error there is no such code
      void new TokenInjectorError('gone', 'said');
      // @ts-expect-error made by registerTokenInjector only
      void new TokenInjector();

      const rule: RouteRule = { path: '/files', methods: ['GET'], destinations: ['script'], retry: false };
      void registerTokenInjector({ getToken, include: [rule, '/api/'], workerUrl: new URL('https://app.example/w.js') });
    `,
  },
  'a page with each provider': {
    ...IN_A_PAGE,
    code: `
      import {
        atlassianConnect, endpoint, exchange, firebase, firstOf, metaTag, miro, monday, shopify, supabase, teams, webflow,
        type TokenProvider, type TokenRequest, type TokenResult,
      } from 'bearer-worker/providers';
      import { registerTokenInjector } from 'bearer-worker';

      const user = { getIdToken: async (force?: boolean) => String(force) };
      const session = { data: { session: { access_token: 'a.b.c', expires_at: 1 } }, error: null };
      const providers: readonly TokenProvider[] = [
        atlassianConnect(),
        atlassianConnect({ context: { getToken: () => Promise.resolve('a.b.c') } }),
        endpoint('/token'),
        endpoint(new URL('https://app.example/token'), { method: 'POST', credentials: 'include', field: 'data.jwt' }),
        exchange(shopify(), '/session/token'),
        firebase(user),
        firebase(() => null),
        firstOf(metaTag('token'), endpoint('/token')),
        miro(),
        miro(user),
        monday({ get: async () => ({ data: 'a.b.c' }) }),
        shopify(),
        shopify(() => Promise.resolve('a.b.c')),
        supabase({ getSession: async () => session, refreshSession: async () => session }),
        teams({ getAuthToken: async () => 'a.b.c' }, { silent: true }),
        webflow(),
      ];
      const own: TokenProvider = async ({ reason, previousToken, signal, fetch }: TokenRequest): Promise<TokenResult> => {
        if (reason === 'rejected') signal.throwIfAborted();
        const token: string = await (await fetch('/token')).text();
        return { token, expiresIn: previousToken === undefined ? 60 : 300, identity: 'alice' };
      };
      void registerTokenInjector({ getToken: firstOf(...providers, own) });
      // @ts-expect-error an address
      endpoint();
      // @ts-expect-error there is no such method
      endpoint('/token', { method: 'PUT' });
      // @ts-expect-error a name
      metaTag();
      // @ts-expect-error providers, not their names
      firstOf('metaTag');
      // @ts-expect-error the SDK is taken as an object
      monday();
      // @ts-expect-error an object that gives ID tokens
      firebase({ getToken: async () => 'a.b.c' });
      // @ts-expect-error a request has no such reason
      const wrong: TokenProvider = ({ reason }) => (reason === 'late' ? 'a.b.c' : 'd.e.f');
      void wrong;
    `,
  },
};

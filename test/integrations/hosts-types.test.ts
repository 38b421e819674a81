import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compile } from './support/hosts-compile.js';

/** What users of each SDK write, by its published types; of Miro's there are none here. */
const CODE = `
  /// <reference types="@shopify/app-bridge-types" />
  /// <reference types="@webflow/designer-extension-typings" />
  import { app as teamsApp, authentication } from '@microsoft/teams-js';
  import { createApp } from '@shopify/app-bridge';
  import { getSessionToken } from '@shopify/app-bridge/utilities/index.js';
  import mondaySdk from 'monday-sdk-js';
  import type { GivenWorkerOptions, TokenInjector, TokenInjectorOptions, TokenProvider } from 'bearer-worker';
  import { installTokenInjector } from 'bearer-worker/sw';
  import {
    endpoint, exchange, firebase, miro, monday, shopify, supabase, teams,
    webflow as webflowTokens, // the global one has this name
    type MiroBoard, type SupabaseAuth,
  } from 'bearer-worker/providers';

  declare const miroBoard: MiroBoard & { getInfo(): Promise<object> };
  declare const user: { uid: string; getIdToken(forceRefresh?: boolean): Promise<string> };
  declare const maybe: { expiresAt: number; id: string } | undefined;
  declare const auth: { currentUser: typeof user | null; authStateReady(): Promise<void> };
  declare const supabaseAuth: {
    // As supabase-js has it: three outcomes.
    getSession(): Promise<
      | { data: { session: { access_token: string; expires_at?: number; user: object } }; error: null }
      | { data: { session: null }; error: Error }
      | { data: { session: null }; error: null }
    >;
    refreshSession(current?: { refresh_token: string }): Promise<
      | { data: { user: object | null; session: { access_token: string; expires_at?: number } | null }; error: null }
      | { data: { user: null; session: null }; error: Error }
    >;
  };
  type Session = { access_token: string; expires_at: number | undefined };
  declare const likeSupabase: Record<
    'getSession' | 'refreshSession',
    () => Promise<{ data: { session: Session | null }; error: unknown }>
  >;
  declare const config: { text: string; seconds: number; yes: boolean } | undefined;
  const bridge = createApp({ apiKey: 'app', host: 'aG9zdA' });
  void teamsApp.initialize();

  export const providers: TokenProvider[] = [
    shopify(),
    shopify(globalThis.shopify),
    shopify(() => getSessionToken(bridge)),
    monday(mondaySdk()),
    teams(authentication),
    teams(authentication, { silent: true, claims: ['c'], tenantId: 't' }),
    miro(),
    miro(miroBoard),
    webflowTokens(),
    webflowTokens(webflow),
    exchange(webflowTokens(), '/session', { body: (idToken) => ({ idToken }) }),
    exchange(shopify(), '/session', { scheme: '', field: 'data.token', headers: { 'X-CSRF': '1' } }),
    endpoint('/oauth/token', { body: new URLSearchParams({ grant_type: 'refresh_token' }) }),
    firebase(user),
    firebase(() => auth.currentUser),
    firebase(() => auth.authStateReady().then(() => auth.currentUser)),
    ({ reason }) => ({ token: reason, expiresAt: maybe?.expiresAt, expiresIn: undefined, identity: maybe?.id }),
    supabase(supabaseAuth),
    supabase(likeSupabase),
  ];
  // What an app's own configuration may lack has its default.
  const rule = {
    path: '/api', methods: config && [config.text], destinations: config && [config.text],
    navigations: config?.yes, minValiditySeconds: config?.seconds, retry: config?.yes,
  };
  const forWorker: GivenWorkerOptions = {
    include: config && [rule], exclude: config && ['/api/open'], scheme: config?.text, header: config?.text,
    minValiditySeconds: config?.seconds, refreshWindow: config?.seconds, getTokenTimeoutSeconds: config?.seconds,
    retryStatus: config && [config.seconds], tokenResponseHeader: config?.text,
    storage: config && 'memory', onUnavailable: config && 'fail',
  };
  export const options: TokenInjectorOptions = {
    ...forWorker, getToken: shopify(), identity: config?.text, workerUrl: config?.text, scope: config?.text,
    inPage: config && 'always',
  };
  installTokenInjector(forWorker);
  declare const injector: TokenInjector;
  void injector.getAccessToken({ minValiditySeconds: config?.seconds, forceRefresh: config?.yes });
  const request = { headers: config && { a: config.text }, field: config?.text, header: config?.text };
  endpoint('/token', { ...request, method: config && 'POST', credentials: config && 'include' });
  exchange(shopify(), '/token', { ...request, scheme: config?.text, body: config && ((token) => token) });
  const narrowed: SupabaseAuth = supabaseAuth;
  void narrowed;

  // @ts-expect-error the SDK has to be given
  monday();
  // @ts-expect-error the app is not its token
  shopify(bridge);
  // @ts-expect-error there is no such option
  teams(authentication, { quiet: true });
  // @ts-expect-error the body is made of the host's token
  exchange(webflowTokens(), '/session', { body: { idToken: 'a' } });
`;

const RESOLUTIONS = [
  { module: 'ESNext', moduleResolution: 'bundler', mondaySdk: 'mondaySdk' },
  // As Node would have it, whose view monday's types are not made for.
  { module: 'NodeNext', moduleResolution: 'NodeNext', mondaySdk: 'mondaySdk.default' },
];

test.each(RESOLUTIONS)(
  'the objects of the hosts’ SDKs suit the providers, by the SDKs’ published types, resolved as $moduleResolution',
  async ({ mondaySdk, ...resolution }) => {
    const code = CODE.replace('mondaySdk()', `${mondaySdk}()`);
    expect(await compile({ 'app.ts': code }, resolution)).toBe('');
  },
);

/** What docs/hosts.md takes for given. */
const GIVEN = `
  declare const userId: string;
  declare const host: { getToken(): Promise<string> };
  declare const consentButton: HTMLButtonElement;
  declare const auth: {
    authStateReady(): Promise<void>;
    currentUser: { getIdToken(forceRefresh?: boolean): Promise<string> } | null;
  };
  declare const client: { auth: import('bearer-worker/providers').SupabaseAuth };
`;

test('each piece of code in docs/hosts.md compiles as it stands', async () => {
  const docs = await readFile(new URL('../../docs/hosts.md', import.meta.url), 'utf8');
  const pieces = [...docs.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code], index) => [
    `piece-${index}.ts`,
    code!,
  ]);
  expect(pieces.length).toBeGreaterThan(10);
  const files = { 'given.d.ts': GIVEN, ...(Object.fromEntries(pieces) as Record<string, string>) };
  expect(await compile(files, { module: 'ESNext', moduleResolution: 'bundler' })).toBe('');
});

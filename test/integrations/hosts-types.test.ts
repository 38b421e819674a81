import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What users of each SDK write, by its published types; of Miro's there are none here. */
const CODE = `
  /// <reference types="@shopify/app-bridge-types" />
  /// <reference types="@webflow/designer-extension-typings" />
  import { app as teamsApp, authentication } from '@microsoft/teams-js';
  import { createApp } from '@shopify/app-bridge';
  import { getSessionToken } from '@shopify/app-bridge/utilities/index.js';
  import mondaySdk from 'monday-sdk-js';
  import type { TokenProvider } from 'bearer-worker';
  import {
    endpoint, exchange, firebase, miro, monday, shopify, supabase, teams,
    webflow as webflowTokens, // the global one has this name
    type MiroBoard, type SupabaseAuth,
  } from 'bearer-worker/providers';

  declare const miroBoard: MiroBoard & { getInfo(): Promise<object> };
  declare const user: { uid: string; getIdToken(forceRefresh?: boolean): Promise<string> };
  declare const auth: { currentUser: typeof user | null };
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
    supabase(supabaseAuth),
  ];
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
    const folder = await mkdtemp(join(tmpdir(), 'bearer-worker-hosts-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const sdks = Object.keys(devDependencies).filter((name) =>
      /^(@shopify|@microsoft\/teams|@webflow|monday-)/.test(name),
    );
    for (const [name, target] of [
      ['bearer-worker', root],
      ...sdks.map((sdk) => [sdk, join(root, 'node_modules', sdk)] as const),
    ] as const) {
      const link = join(folder, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(target, link, 'dir');
    }
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'app.ts'), CODE.replace('mondaySdk()', `${mondaySdk}()`));
    const compilerOptions = {
      target: 'ES2022',
      lib: ['ES2022', 'DOM', 'DOM.Iterable'],
      types: [],
      strict: true,
    };
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        // The SDKs' own declarations are for their authors to check.
        compilerOptions: { ...compilerOptions, noEmit: true, skipLibCheck: true, ...resolution },
        files: ['app.ts'],
      }),
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  },
);

import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { blocksOf, DOCUMENTS, rootFolder, type DocBlock } from './docs-blocks.js';
import { execute, makeFolder, tsc } from './support/consumer.js';

/** What the reader's page has around a block that goes on from another; a block may have its own of the same name. */
const AROUND_A_PAGE = `
  declare const AP: { context: { getToken(): Promise<string> } };
  declare const $: { ajaxSetup(settings: object): void };
  declare const DEV: boolean;
  declare const auth: {
    authStateReady(): Promise<void>;
    currentUser: import('bearer-worker/providers').FirebaseUser | null;
  };
  declare const axios: typeof import('axios').default;
  declare const bearerWorker: { explain(input: RequestInfo | URL, asked?: object): string };
  declare const client: { auth: import('bearer-worker/providers').SupabaseAuth };
  declare const consentButton: HTMLButtonElement;
  declare const file: File;
  declare const getToken: import('bearer-worker').TokenProvider;
  declare const host: { getToken(): Promise<string> };
  declare const injector: import('bearer-worker').TokenInjector;
  declare const mocks: import('msw/browser').SetupWorker;
  declare const registerTokenInjector: typeof import('bearer-worker').registerTokenInjector;
  declare const userId: string;
  declare function getNewToken(): Promise<string>;
  declare function report(code?: string): void;
  declare function showLogin(code?: string): void;
  interface ImportMeta { readonly env: { readonly DEV: boolean; readonly BASE_URL: string } }
`;

const AROUND_A_CONFIGURATION = `
  declare const bearerWorker: typeof import('bearer-worker/vite').bearerWorker;
  declare const defineConfig: typeof import('vite').defineConfig;
`;

/** React's own types are a package that we do without. */
const REACT = `
  declare module 'react' {
    export function useState<T>(first?: T): [T | undefined, (next: T) => void];
    export function useEffect(run: () => void | (() => void), on: readonly unknown[]): void;
  }
`;

const REALMS = {
  page: { lib: ['ES2023', 'DOM', 'DOM.Iterable'], types: [], around: AROUND_A_PAGE },
  worker: { lib: ['ES2023', 'WebWorker'], types: [], around: '' },
  node: { lib: ['ES2023', 'DOM', 'DOM.Iterable'], types: ['node'], around: AROUND_A_CONFIGURATION },
};
type RealmName = keyof typeof REALMS;

function realmOf(code: string): RealmName {
  if (/'(bearer-worker\/sw|workbox-[\w-]+)'|ServiceWorkerGlobalScope/.test(code)) return 'worker';
  return /\bdefineConfig\(|from '(node:[\w/]+|vite|vite-plugin-pwa|bearer-worker\/vite|express)'/.test(code)
    ? 'node'
    : 'page';
}

/** What they import is there, as if it had been installed beside us. */
async function borrow(codes: readonly string[], folder: string): Promise<void> {
  const names = codes.flatMap((code) =>
    [...code.matchAll(/(?:from|import\(?) ?'((?:@[\w.-]+\/)?[\w][\w.-]*)/g)].map(([, name = '']) => name),
  );
  for (const name of new Set(names)) {
    const source = join(rootFolder, 'node_modules', name);
    const link = join(folder, 'node_modules', name);
    if (name === 'bearer-worker' || name === 'react' || !existsSync(source)) continue;
    await mkdir(dirname(link), { recursive: true });
    await symlink(source, link, 'dir');
  }
}

const blocks = DOCUMENTS.flatMap(blocksOf).filter(({ language }) => language === 'ts');
const compiled = blocks.filter(({ mark }) => !mark.startsWith('not-compiled'));

test('a block of code that is not compiled says why', () => {
  const silent = blocks.filter(({ mark }) => /^not-compiled(?!: .{10,})/.test(mark));
  expect(silent.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  const known = /^(before|run:[\w-]+|not-compiled: .+|)$/;
  expect(blocks.filter(({ mark }) => !known.test(mark)).map(({ file, line }) => `${file}:${line}`)).toEqual(
    [],
  );
});

test.each(Object.keys(REALMS) as RealmName[])(
  'every block of code for a %s, in the README and the guides, compiles against the package’s types',
  async (realm) => {
    const { lib, types, around } = REALMS[realm];
    const own = compiled.filter(({ code }) => realmOf(code) === realm);
    expect(own.length).toBeGreaterThan(0);
    const nameOf = ({ file, line }: DocBlock): string => `${file.replaceAll('/', '-')}-line-${line}.ts`;
    const folder = await makeFolder({
      'around.d.ts': around,
      'react.d.ts': REACT,
      'package.json': '{ "type": "module" }',
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          target: 'ES2022',
          module: 'ESNext',
          moduleResolution: 'bundler',
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          lib,
          types,
        },
        include: ['*.ts'],
      }),
      ...Object.fromEntries(own.map((block) => [nameOf(block), `${block.code}\nexport {};\n`])),
    });
    await borrow([around, ...own.map(({ code }) => code)], folder);
    const { code, out } = await execute('node', [tsc, '-p', '.'], folder);
    expect(out).toBe('');
    expect(code).toBe(0);
  },
);

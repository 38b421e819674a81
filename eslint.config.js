import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const CODE = ['**/*.{js,mjs,ts}'];
/** The rules that need types are oxlint's, which asks TypeScript 7: `.oxlintrc.json`. */
const TYPESCRIPT = ['**/*.ts'];

/** What the core is handed instead of reaching for it, so that a test can drive every schedule. */
const AMBIENT = [
  ['fetch', 'the `fetch` it is handed'],
  ['setTimeout', 'the clock of `ports.ts`'],
  ['setInterval', 'the clock of `ports.ts`'],
  ['queueMicrotask', 'a promise'],
  ['crypto', 'a port of `ports.ts`'],
  ['console', 'an event'],
  ['self', 'a port of `ports.ts`'],
  ['window', 'a port of `ports.ts`'],
  ['navigator', 'a port of `ports.ts`'],
  ['indexedDB', 'the store of `ports.ts`'],
];

export default defineConfig(
  globalIgnores(['dist/', '.cache/', 'test-results/']),
  { files: CODE, ...js.configs.recommended },
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.recommended],
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // How a class that extends EventTarget says which events it has.
      '@typescript-eslint/no-unsafe-declaration-merging': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: CODE,
    rules: { eqeqeq: ['error', 'always'], 'no-var': 'error', 'prefer-const': 'error' },
  },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: { ...globals.node } } },
  {
    files: ['demo/**/*.{js,mjs}', 'test/{browser,bench}/pages/**/*.js'],
    languageOptions: { globals: { ...globals.browser, ...globals.serviceworker } },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A test that meets the absent value fails, which is what it is for.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Vitest reads a fixture's needs from the pattern, also where there are none.
      'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
    },
  },

  // The wall between the realms; the compiler keeps most of it, this keeps the imports.
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...AMBIENT.map(([name, instead]) => ({ name, message: `The core has no globals: use ${instead}.` })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'The core has no globals: use the clock of `ports.ts`.' },
        { object: 'Math', property: 'random', message: 'The core is replayed from a seed: use a port.' },
      ],
      'no-restricted-imports': [
        'error',
        wall('The core', ['node:*', '**/page/**', '**/providers/**', '**/sw/**']),
      ],
    },
  },
  {
    files: ['src/page/**/*.ts', 'src/providers/**/*.ts', 'src/index.ts'],
    rules: { 'no-restricted-imports': ['error', wall('The page', ['node:*', '**/sw/**'])] },
  },
  {
    files: ['sw/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', wall('The worker', ['node:*', '**/page/**', '**/providers/**'])],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Request'] > ObjectExpression Property[key.name='headers']",
          message:
            'new Request(request, { headers }) resets the referrer: set the header on a copy (new Request(request)).',
        },
        {
          selector: "MemberExpression[property.name='body'][object.name=/[rR]equest$/]",
          message:
            'Reading request.body breaks uploads (absent in Firefox, fails keepalive in WebKit): pass the Request on.',
        },
      ],
    },
  },
  {
    files: ['src/{core,page,providers}/**/*.ts', 'sw/**/*.ts'],
    rules: { 'no-console': ['error', { allow: ['warn', 'error', 'info'] }] },
  },
);

function wall(realm, groups) {
  return {
    patterns: [{ group: groups, message: `${realm} does not import that: it belongs to another realm.` }],
  };
}

import { readFileSync } from 'node:fs';
import type { UserConfig } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

interface Manifest {
  name: string;
  version: string;
  license: string;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as Manifest;

/**
 * `dist/` is made in two passes, since a build of many entries cannot make a classic script:
 * `vite build` makes the ES modules, `vite build --mode worker` the ready-made worker beside them.
 */
export default defineConfig(({ mode }) => ({
  ...(mode === 'worker' ? readyMadeWorker() : library()),
  test: { projects: testProjects() },
}));

function library(): UserConfig {
  return {
    build: {
      target: 'es2022',
      sourcemap: true,
      // Whoever bundles us minifies; until then a stack trace and a debugger can be read.
      minify: false,
      lib: {
        formats: ['es'],
        entry: {
          index: 'src/index.ts',
          sw: 'sw/index.ts',
          providers: 'src/providers/index.ts',
          vite: 'src/vite/index.ts',
          cli: 'src/cli/cli.ts',
        },
      },
      rolldownOptions: {
        external: [...dependencyPatterns(), /^node:/],
        output: { entryFileNames: '[name].js', chunkFileNames: 'shared/[name].js' },
      },
    },
  };
}

function readyMadeWorker(): UserConfig {
  // The command and the Vite plugin tell the version of a copied worker by this line.
  const banner = `/*! ${manifest.name} ${manifest.version} | ${manifest.license} License | notices: bearer-worker.licenses.md */`;
  return {
    // Without it the development half of workbox-core stays in: 1 KB that says nothing here.
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
    build: {
      emptyOutDir: false,
      target: 'es2022',
      sourcemap: true,
      minify: 'oxc',
      license: { fileName: 'bearer-worker.licenses.md' },
      lib: {
        formats: ['iife'],
        name: 'bearerWorker',
        entry: 'sw/bearer-worker.ts',
        fileName: () => 'bearer-worker.js',
      },
      rolldownOptions: {
        // workbox-core marks its version on the global object, for its other modules; there are none here.
        treeshake: { moduleSideEffects: [{ test: /workbox-core\/_version/, sideEffects: false }] },
        output: { postBanner: banner },
      },
    },
  };
}

/** Each dependency by its name and by every path under it. */
function dependencyPatterns(): RegExp[] {
  const names = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];
  return names.map((name) => new RegExp(`^${name}(/|$)`));
}

/** What engines differ in. None of it minds a neighbour on the machine. */
const BY_ENGINE = ['matrix/*', 'frames', 'leaving-pages', 'long-streams', 'navigations'];

/** And the core behaviours. The others are tried in Chromium, whose driver can do all that they need. */
const IN_EVERY_ENGINE = [
  ...BY_ENGINE,
  'identities',
  'logout',
  'page-lane',
  'registration',
  'replay',
  'security-redirects',
  'stampede',
  'transports',
];

/** And those for which its driver has the means: it can stop a worker. */
const IN_FIREFOX = [...IN_EVERY_ENGINE, 'http-cache', 'restart'];

const toPattern = (file: string): string => `test/browser/${file}.test.ts`;

function testProjects(): TestProjectInlineConfiguration[] {
  const inNode = (name: string, folder: string, testTimeoutMs: number): TestProjectInlineConfiguration => ({
    test: {
      name,
      include: [`test/${folder}/**/*.test.ts`],
      environment: 'node',
      testTimeout: testTimeoutMs,
      hookTimeout: testTimeoutMs,
      retry: 0,
    },
  });
  const inBrowser = (name: string, maxWorkers = 1): TestProjectInlineConfiguration => {
    const project = inNode(name, name, 180_000);
    // What is waited for may itself wait for a page that does not answer: a second and more.
    const expect = { poll: { timeout: 5000 } };
    return { ...project, test: { ...project.test, maxWorkers, expect } };
  };
  const inEngine = (name: string, files: readonly string[]): TestProjectInlineConfiguration => {
    const project = inBrowser('browser', 2);
    const include = files.map(toPattern);
    return { ...project, test: { ...project.test, name: `browser-${name}`, include, env: { ENGINE: name } } };
  };
  const alone = inBrowser('browser');
  const packaged = inNode('package', 'package', 120_000);
  return [
    inNode('unit', 'unit', 10_000),
    inNode('core-schedules', 'schedules', 300_000),
    inNode('hostile', 'hostile', 300_000),
    { ...packaged, test: { ...packaged.test, globalSetup: ['test/package/support/install-package.ts'] } },
    // One browser at a time: what is waited for here must not wait for another on the machine.
    { ...alone, test: { ...alone.test, exclude: BY_ENGINE.map(toPattern) } },
    inEngine('chromium', BY_ENGINE),
    inEngine('firefox', IN_FIREFOX),
    inEngine('webkit', IN_EVERY_ENGINE),
    inBrowser('integrations', 2),
    inBrowser('demo'),
    inBrowser('soak'),
    inBrowser('bodies'),
  ];
}

import { readFileSync } from 'node:fs';
import type { UserConfig } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { ProjectByProject } from './test/setup/project-by-project.js';
import { IN_CHROMIUM, suiteInChromium, TRANSPORTS } from './test/setup/suites.mjs';

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
  test: { projects: testProjects(), sequence: { sequencer: ProjectByProject } },
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

/** The core behaviours. The others are tried in Chromium, whose driver can do all that they need. */
const IN_EVERY_ENGINE = [
  'http-cache',
  'identities',
  'leaving-pages',
  'logout',
  'long-streams',
  'page-lane',
  'registration',
  'replay',
  'security-redirects',
  'stampede',
  'transports',
];

/** And those for which its driver has the means: it can stop a worker. */
const IN_FIREFOX = [...IN_EVERY_ENGINE, 'restart'];

/**
 * What mostly waits, and so can go on beside what computes: `test/run.mjs` has the two parts of the browsers' tests side
 * by side, each with workers of its own.
 */
const WAITING = [
  'browser/lifetimes',
  'browser/long-streams',
  'browser/page-lane-causes',
  'browser/provider-faults',
  'browser/real-connect',
  'browser/failures/long-waits',
  'demo/demo',
  'integrations/hosts-sdks',
  'integrations/clients/axios',
  'integrations/clients/tus',
].map((file) => `test/${file}.test.ts`);

/** Which part of the browsers' tests is meant, without it all of them; and which suites in Chromium, as one project. */
const { TEST_PART: PART, TEST_SUITES: SUITES } = process.env;

const allIn = (folder: string): string => `test/${folder}/**/*.test.ts`;
const toPattern = (file: string): string => `test/browser/${file}.test.ts`;

function testProjects(): TestProjectInlineConfiguration[] {
  const inNode = (name: string, folder: string, testTimeoutMs: number): TestProjectInlineConfiguration => ({
    test: {
      name,
      include: [allIn(folder)],
      environment: 'node',
      testTimeout: testTimeoutMs,
      hookTimeout: testTimeoutMs,
      retry: 0,
    },
  });
  const inBrowser = (
    name: string,
    files: readonly string[],
    exclude: readonly string[] = [],
    isMine = (path: string): boolean => files.includes(path),
  ) => {
    const { test } = inNode(name, name, 180_000);
    return {
      test: {
        ...test,
        include: PART === 'waiting' ? WAITING.filter(isMine) : [...files],
        exclude: [...exclude, ...(PART === 'busy' ? WAITING : [])],
        // A worker keeps its browser, and what it has loaded, for the files that it is given.
        isolate: false,
        maxWorkers: 3,
        // What is waited for may itself wait for a page that does not answer: a second and more.
        expect: { poll: { timeout: 5000 } },
      },
    };
  };
  const inChromium = (name: string, suites: readonly string[]): TestProjectInlineConfiguration => {
    const files = suites.flatMap((suite) => (suite === 'transports-chromium' ? TRANSPORTS : [allIn(suite)]));
    const exclude = suites.includes('transports-chromium') ? [] : TRANSPORTS;
    return inBrowser(name, files, exclude, (path) => suites.includes(suiteInChromium(path)));
  };
  const inEngine = (name: string, files: readonly string[]): TestProjectInlineConfiguration => {
    const project = inBrowser(name, files);
    return { test: { ...project.test, env: { ENGINE: name.split('-')[1] } } };
  };
  const packaged = inNode('package', 'package', 120_000);
  const unit = inNode('unit', 'unit', 10_000);
  return [
    // They share no state but what they put back: a process for each file took four times as long.
    { test: { ...unit.test, isolate: false } },
    inNode('core-schedules', 'schedules', 300_000),
    inNode('hostile', 'hostile', 300_000),
    { ...packaged, test: { ...packaged.test, globalSetup: ['test/package/support/install-package.ts'] } },
    ...(SUITES
      ? [inChromium('chromium', SUITES.split(' '))]
      : IN_CHROMIUM.map((suite) => inChromium(suite, [suite]))),
    inEngine('browser-firefox', IN_FIREFOX.map(toPattern)),
    inEngine('browser-webkit', IN_EVERY_ENGINE.map(toPattern)),
    inEngine('transports-firefox', TRANSPORTS),
    inEngine('transports-webkit', TRANSPORTS),
    inBrowser('soak', [allIn('soak')]),
    inBrowser('bodies', [allIn('bodies')]),
  ];
}

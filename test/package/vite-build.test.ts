import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { eventsListenedTo } from './support/classic-script.js';
import { consumer } from './support/consumer.js';
import { bearerWorker, buildAndPreview, configFor, makeApp } from './support/vite-app.js';

const installed = join(consumer.folder, 'node_modules/bearer-worker/dist/bearer-worker.js');
const shipped = await readFile(installed, 'utf8');
const mapComment = /\/\/# sourceMappingURL=.*\s*$/;

test('a build writes the ready-made worker without a hash, and preview serves it', async () => {
  const root = await makeApp();
  const origin = await buildAndPreview(configFor(root));
  const written = await readFile(join(root, 'dist/bearer-worker.js'), 'utf8');
  expect(written.trimEnd()).toBe(shipped.replace(mapComment, '').trimEnd());
  expect(await readdir(join(root, 'dist'))).not.toContain('bearer-worker.js.map');

  const response = await fetch(`${origin}/bearer-worker.js`);
  expect(response.headers.get('content-type')).toContain('text/javascript');
  expect(await response.text()).toBe(written);
});

test('a build with source maps writes the map too', async () => {
  const root = await makeApp();
  await build(configFor(root, undefined, { build: { sourcemap: true } }));
  const written = await readFile(join(root, 'dist/bearer-worker.js'), 'utf8');
  expect(written.trimEnd()).toBe(shipped.trimEnd());
  expect(await readFile(join(root, 'dist/bearer-worker.js.map'), 'utf8')).toBe(
    await readFile(`${installed}.map`, 'utf8'),
  );
});

test('under a base, a worker of the user is built to its path and served there', async () => {
  const root = await makeApp({
    'src/worker.ts': `
      import { installTokenInjector } from 'bearer-worker/sw';
      import { ownEvent } from '@/own-event';
      declare const __OWN__: string;
      installTokenInjector({ include: ['/api/'] });
      self.addEventListener(ownEvent, () => console.log(__OWN__, import.meta.env.BASE_URL, process.env.NODE_ENV));
    `,
    'src/own-event.ts': `export const ownEvent = 'push';`,
  });
  const origin = await buildAndPreview(
    configFor(
      root,
      { source: 'src/worker.ts', path: '/nested/worker.js' },
      {
        base: '/app/',
        define: { __OWN__: '"a defined value"' },
        resolve: { alias: { '@': join(root, 'src') } },
      },
    ),
  );
  const response = await fetch(`${origin}/app/nested/worker.js`);
  expect(response.headers.get('content-type')).toContain('text/javascript');
  const script = await response.text();
  expect(eventsListenedTo(script)).toEqual(expect.arrayContaining(['fetch', 'message', 'push']));
  // Whether a new version waits is the worker's own decision here.
  expect(eventsListenedTo(script)).not.toContain('install');
  expect(script).toContain('a defined value');
  expect(script).toContain('/app/');
  expect(script).not.toContain('process.env.NODE_ENV');
  expect(script).not.toContain('sourceMappingURL');
  expect(await readdir(join(root, 'dist/nested'))).toEqual(['worker.js']);
});

test('a build for a server writes no worker', async () => {
  const root = await makeApp({ 'server.js': 'export const answer = 42;' });
  await build(configFor(root, undefined, { build: { ssr: 'server.js' } }));
  expect(await readdir(join(root, 'dist'))).toEqual(['server.js']);
});

test('a source that does not exist stops the build, with its path and the mend', async () => {
  const root = await makeApp();
  const building = build(configFor(root, { source: 'src/wroker.ts' }));
  await expect(building).rejects.toThrow(`the worker source ${join(root, 'src/wroker.ts')} does not exist`);
  await expect(building).rejects.toThrow('Mend "source"');
});

test('a mistake in the source stops the build, with its file', async () => {
  const root = await makeApp({ 'src/worker.ts': `import { gone } from './gone';\nconsole.log(gone);` });
  await expect(build(configFor(root, { source: 'src/worker.ts' }))).rejects.toThrow(/gone[^]*worker\.ts/);
});

test.each([
  [{ path: '../bearer-worker.js' }, '"path" is "../bearer-worker.js"'],
  [{ path: 'worker.js?v=1' }, '"path" is "worker.js?v=1"'],
  [{ path: 'worker' }, 'ends in .js'],
  [{ path: '//elsewhere/worker.js' }, '"path" is "//elsewhere/worker.js"'],
  [{ path: 7 }, '"path" is number'],
  [{ source: '' }, '"source" is ""'],
  [{ sourcs: 'a.ts' }, 'there is no option "sourcs"'],
])('the options %j are refused when the configuration is read', (options, problem) => {
  expect(() => bearerWorker(options)).toThrow(problem);
});

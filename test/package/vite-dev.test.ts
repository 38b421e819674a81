import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { eventsListenedTo } from './support/classic-script.js';
import { consumer } from './support/consumer.js';
import { configFor, develop, makeApp } from './support/vite-app.js';

const shipped = await readFile(
  join(consumer.folder, 'node_modules/bearer-worker/dist/bearer-worker.js'),
  'utf8',
);

test('in development the ready-made worker is served as a script that browsers ask for again', async () => {
  const { origin } = await develop(configFor(await makeApp()));
  const response = await fetch(`${origin}/bearer-worker.js?include=%2Fapi%2F`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/javascript');
  expect(response.headers.get('cache-control')).toBe('no-cache');
  expect((await response.text()).trimEnd()).toBe(shipped.trimEnd());

  const map = await fetch(`${origin}/bearer-worker.js.map`);
  expect(Object.keys((await map.json()) as object)).toContain('mappings');
  const head = await fetch(`${origin}/bearer-worker.js`, { method: 'HEAD' });
  expect(head.headers.get('content-type')).toBe('text/javascript');
  expect(await head.text()).toBe('');
});

test('what else the app serves stays as it is', async () => {
  const { origin } = await develop(configFor(await makeApp()));
  const page = await fetch(`${origin}/`);
  expect(page.headers.get('content-type')).toContain('text/html');
  const module = await fetch(`${origin}/main.js`);
  expect(await module.text()).toContain('document.title = "ready"');
});

test('the base stands before the path, and the headers of the server are on the worker too', async () => {
  const root = await makeApp();
  const { origin } = await develop(
    configFor(
      root,
      { path: 'sw/token.js' },
      { base: '/app/', server: { headers: { 'Cross-Origin-Embedder-Policy': 'require-corp' } } },
    ),
  );
  const response = await fetch(`${origin}/app/sw/token.js`);
  expect(response.headers.get('content-type')).toBe('text/javascript');
  expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  expect(await response.text()).toContain('//# sourceMappingURL=token.js.map');
  const outside = await fetch(`${origin}/sw/token.js`);
  expect(outside.headers.get('content-type')).not.toBe('text/javascript');
});

const OWN_WORKER = {
  'src/worker.ts': `
    import { installTokenInjector } from 'bearer-worker/sw';
    import { label } from './label';
    installTokenInjector({ include: ['/api/'] });
    self.addEventListener(label as string, () => console.log(import.meta.env.MODE, process.env.NODE_ENV));
  `,
  'src/label.ts': `export const label: string = 'push';`,
};

test('a worker of the user is served as one classic script, with the injector in it', async () => {
  const root = await makeApp(OWN_WORKER);
  const { origin } = await develop(configFor(root, { source: 'src/worker.ts', path: 'worker.js' }));
  const script = await (await fetch(`${origin}/worker.js`)).text();
  expect(eventsListenedTo(script)).toEqual(expect.arrayContaining(['fetch', 'message', 'push']));
  expect(script).not.toContain('process.env.NODE_ENV');
  const map = (await (await fetch(`${origin}/worker.js.map`)).json()) as { sources: string[] };
  expect(map.sources.some((source) => source.endsWith('src/worker.ts'))).toBe(true);
});

test('when a file of that worker changes, it is bundled again and pages are told to reload', async () => {
  const root = await makeApp(OWN_WORKER);
  const { origin, server } = await develop(configFor(root, { source: 'src/worker.ts', path: 'worker.js' }));
  const sent = vi.spyOn(server.ws, 'send');
  const first = await (await fetch(`${origin}/worker.js`)).text();
  expect(eventsListenedTo(first)).toContain('push');

  await writeFile(join(root, 'src/label.ts'), `export const label: string = 'sync';`);
  await vi.waitFor(
    () => expect(sent).toHaveBeenCalledWith(expect.objectContaining({ type: 'full-reload' })),
    10_000,
  );
  const second = await (await fetch(`${origin}/worker.js`)).text();
  expect(eventsListenedTo(second)).toContain('sync');
});

test('a mistake in that worker is shown, and its mending is seen', async () => {
  const root = await makeApp({ 'src/worker.ts': 'const = 1;' });
  const { origin } = await develop(configFor(root, { source: 'src/worker.ts' }));
  const broken = await fetch(`${origin}/bearer-worker.js`);
  expect(broken.status).toBe(500);
  expect(await broken.text()).toContain('worker.ts');

  await writeFile(join(root, 'src/worker.ts'), 'self.addEventListener("push", () => {});');
  const mended = await fetch(`${origin}/bearer-worker.js`);
  expect(mended.status).toBe(200);
  // The second is the plugin's: in development a changed worker takes over at once.
  expect(eventsListenedTo(await mended.text())).toEqual(['push', 'install']);
});

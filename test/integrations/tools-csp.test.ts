import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { EnginePage } from '../browser/support/engine.js';
import { test, type World } from '../browser/support/world.js';
import { buildApp, makeApp } from './support/tools-app.js';
import { runnable } from '../package/docs-blocks.js';
import { Site } from './support/tools-site.js';
import { modeOf, PAGE, statuses } from './support/workers-app.js';

const DOCUMENT = await readFile(new URL('../../docs/build-tools.md', import.meta.url), 'utf8');
const NONCE = 'bm9uY2U';
/** What the document shows; what would break it is told to the server. */
const POLICY = `${/^Content-Security-Policy: (.*)$/m.exec(DOCUMENT)![1]!.replace('nonce-…', `nonce-${NONCE}`)}; report-uri /violated`;

const MAIN = `import { injector } from './token';\nObject.assign(globalThis, { injector });\n`;

async function open(
  world: World,
  headers: Readonly<Record<string, string>>,
  {
    hasWorker = true,
    workerHeaders = headers,
  }: { hasWorker?: boolean; workerHeaders?: Readonly<Record<string, string>> } = {},
): Promise<{ site: Site; page: EnginePage }> {
  const folder = await makeApp({
    'index.html': PAGE,
    'src/main.ts': MAIN,
    'src/token.ts': runnable('docs/build-tools.md', 'token'),
    'vite.config.ts': runnable('docs/build-tools.md', 'vite'),
  });
  const site = new Site(world.app, await buildApp(folder, { html: { cspNonce: NONCE } }));
  site.headers = (path) => (path === '/bearer-worker.js' ? workerHeaders : headers);
  if (!hasWorker) {
    await rm(join(site.folder, 'bearer-worker.js'));
    world.app.workerScript = 'missing';
  }
  return { site, page: await world.profile.openPage(site.url) };
}

/** An image and a chunk that is loaded late, beside the API and a refusal. */
async function useAll(world: World, page: EnginePage): Promise<void> {
  expect(await statuses(page, '/api/echo')).toEqual([200]);
  world.app.issuer.revokeAll();
  expect(await statuses(page, '/api/report', 3)).toEqual([200, 200, 200]);
  const code = await page.evaluate(async () => {
    const { injector } = globalThis as unknown as {
      injector: { logout(): Promise<void>; getAccessToken(): Promise<string> };
    };
    const image = new Image();
    image.src = '/api/picture.png';
    await image.decode();
    await injector.logout();
    return injector.getAccessToken().catch((error: { message: string }) => error.message);
  });
  expect(code).toContain('This identity was logged out.');
}

/** Reports take their time: they have come when that of a violation on purpose, the last, has. */
async function expectNoViolation(world: World, page: EnginePage): Promise<void> {
  await page.evaluate(() => void (new Image().src = 'https://elsewhere.invalid/on-purpose.png'));
  const reports = (): string[] => world.app.seen.at('/violated').map(({ bodyText }) => bodyText);
  await expect.poll(() => reports().join()).toContain('elsewhere.invalid');
  expect(reports().filter((report) => !report.includes('elsewhere.invalid'))).toEqual([]);
}

for (const [what, header] of [
  ['a strict policy with Trusted Types', 'content-security-policy'],
  ['the same, reported only', 'content-security-policy-report-only'],
] as const) {
  test(`${what}, on page and worker: covered through a refusal, and nothing violates it`, async ({
    world,
  }) => {
    const { site, page } = await open(world, { [header]: POLICY });
    expect(await modeOf(page)).toBe('service-worker');
    await useAll(world, page);
    await expectNoViolation(world, page);
    expect(site.verdicts('/api/picture.png')).toEqual(['good']);
  });
}

test('a strict policy with Trusted Types and no worker script: the page attaches its tokens itself, and nothing violates it', async ({
  world,
}) => {
  const { site, page } = await open(world, { 'content-security-policy': POLICY }, { hasWorker: false });
  expect(await modeOf(page)).toBe('page');
  expect(await statuses(page, '/api/echo')).toEqual([200]);
  world.app.issuer.revokeAll();
  expect(await statuses(page, '/api/report', 3)).toEqual([200, 200, 200]);
  await expectNoViolation(world, page);
  expect(site.providerCalls).toBe(2);
});

for (const [what, directive, reported] of [
  ['the policy of Trusted Types', ' trusted-types bearer-worker', 'trusted-types'],
  ['worker-src', " worker-src 'self';", 'worker-src'],
] as const) {
  test(`a strict policy without ${what}: the violation is seen, the console says what mends it, and the page does without a worker`, async ({
    world,
  }) => {
    const without = POLICY.replace(directive, directive.includes('trusted') ? " trusted-types 'none'" : '');
    expect(without).not.toBe(POLICY);
    const { page } = await open(world, { 'content-security-policy': without });
    expect(await modeOf(page)).toBe('page');
    expect(await statuses(page, '/api/echo')).toEqual([200]);
    const violated = (): string =>
      world.app.seen
        .at('/violated')
        .map(({ bodyText }) => bodyText)
        .join();
    await expect.poll(violated).toContain(reported);
    expect(page.console.filter((line) => line.startsWith('warn: bearer-worker')).join()).toContain(reported);
  });
}

test('a policy that comes with the worker and lacks connect-src: it cannot send, and says so on the console', async ({
  world,
}) => {
  const { site, page } = await open(
    world,
    {},
    { workerHeaders: { 'content-security-policy': "default-src 'none'" } },
  );
  expect(await modeOf(page)).toBe('service-worker');
  expect(await statuses(page, '/api/echo')).toEqual(['TypeError']);
  expect(site.verdicts('/api/echo')).toEqual([]);
});

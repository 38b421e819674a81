import { expect } from 'vitest';
import { startChromium } from './support/chromium.js';
import type { AppRealm, Tab } from './support/tab.js';
import type { WorkerScript } from './support/worker-script.js';
import { ALICE, test, World } from './support/world.js';

/** What a page is told, once, of why it has no worker. */
function warnings({ page }: Tab): string[] {
  return page.console.filter((line) => line.includes('bearer-worker:'));
}

/** Requests of both kinds are covered; `path` is one that the page may read. */
async function expectCovered(world: World, realm: AppRealm, path = '/api/echo'): Promise<void> {
  world.app.seen.clear();
  expect(await realm.fetch(path)).toMatchObject({ status: 200 });
  expect(await realm.evaluate((to) => harness.xhr(to), path)).toMatchObject({ status: 200 });
  const sent = world.app.seen.at(path).filter(({ method }) => method === 'GET');
  expect(sent.map(({ judgement }) => judgement.verdict)).toEqual(['good', 'good']);
}

const BROKEN: readonly { script: WorkerScript; what: string; says: RegExp }[] = [
  { script: 'missing', what: 'is not there', says: /bearer-worker\.js answers 404.*npx bearer-worker init/ },
  { script: 'html', what: 'is the app’s HTML', says: /served as text\/html.*npx bearer-worker init/ },
  { script: 'throwing', what: 'throws', says: /bearer-worker\.js was refused.*npx bearer-worker init/ },
  {
    script: () => 'this is no {{ script',
    what: 'does not parse',
    says: /bearer-worker\.js was refused.*npx bearer-worker init/,
  },
];

test('54 · the worker installs nothing, as with a file missing of those that it keeps: covered at once, and told which', async ({
  world,
}) => {
  world.app.workerScript = (built) =>
    `${built}\naddEventListener('install', (event) => event.waitUntil(Promise.reject(new Error('404'))));`;
  const tab = await world.openTab('a');
  const before = Date.now();
  expect(await tab.register()).toBe('page');
  expect(Date.now() - before).toBeLessThan(8_000);
  await expectCovered(world, tab);
  expect(warnings(tab)).toHaveLength(1);
  expect(warnings(tab)[0]).toMatch(/failed to install/);
});

for (const { script, what, says } of BROKEN) {
  test(`54 · the worker script ${what}: the page is covered by its own lane, and told once which, and the mend`, async ({
    world,
  }) => {
    world.app.workerScript = script;
    const tab = await world.openTab('a');
    expect(await tab.register()).toBe('page');
    expect(await tab.register()).toBe('page');
    await expectCovered(world, tab);
    expect(warnings(tab)).toHaveLength(1);
    expect(warnings(tab)[0]).toMatch(says);
  });
}

test('a page in its own lane registers again when there is a worker: the change of mode is told', async ({
  world,
}) => {
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a');
  expect(await tab.register()).toBe('page');
  expect(await tab.events('statusChange')).toEqual([]);
  world.app.workerScript = 'built';
  expect(await tab.register()).toBe('service-worker');
  expect(await tab.settledEvents('statusChange')).not.toEqual([]);
  expect(await tab.register({ inPage: 'always' })).toBe('page');
  expect((await tab.settledEvents('statusChange')).map(({ registration }) => registration)).toContain(1);
});

test('54 · the worker script never comes: the page does not wait for ever, and is covered', async ({
  world,
}) => {
  world.app.intercept = ({ url }) => url.pathname === '/bearer-worker.js';
  const tab = await world.openTab('a');
  expect(await tab.register()).toBe('page');
  await expectCovered(world, tab);
  expect(warnings(tab)).toHaveLength(1);
});

test('46 · an insecure page, where there are no workers, no locks and no digests: covered, and the mend is https', async ({
  world,
}) => {
  const tab = await world.openTab('a', { origin: world.app.insecure });
  expect(await tab.evaluate(() => [isSecureContext, 'serviceWorker' in navigator])).toEqual([false, false]);
  expect(await tab.register()).toBe('page');
  await expectCovered(world, tab);
  world.app.issuer.revokeAll();
  world.app.tokenHost.calls.length = 0;
  const burst = await tab.evaluate(() => harness.traffic.burst('/api/echo', 20));
  expect(burst.map(({ status }) => status)).toEqual(burst.map(() => 200));
  expect(tab.providerCalls).toHaveLength(1);
  expect(warnings(tab)).toHaveLength(1);
  expect(warnings(tab)[0]).toMatch(/https/);
});

test('46 · a user who blocks site data, so that workers, storage and locks throw: covered, and it is said', async ({
  world,
}) => {
  const engine = await startChromium({ profile: { default_content_setting_values: { cookies: 2 } } });
  try {
    const blocked = new World(world.app, await engine.openProfile());
    const tab = await blocked.openTab('a');
    const thrown = await tab.evaluate(async () => {
      const name = (error: unknown): string => (error as Error).name;
      return [
        await navigator.serviceWorker.register('/bearer-worker.js').then(() => 'works', name),
        await navigator.locks.request('x', () => 'works').then(String, name),
        await new Promise<string>((resolve) => {
          try {
            const request = indexedDB.open('x');
            request.onerror = () => resolve(name(request.error));
            request.onsuccess = () => resolve('works');
          } catch (error) {
            resolve(name(error));
          }
        }),
      ];
    });
    expect(thrown).not.toContain('works');
    expect(await tab.register()).toBe('page');
    await expectCovered(blocked, tab);
    expect(warnings(tab)).toHaveLength(1);
    expect(warnings(tab)[0]).toMatch(/site data is blocked/);
  } finally {
    await engine.close();
  }
});

test('46 · a sandboxed frame of no origin, where the very getter of workers throws: covered, with a server that allows it', async ({
  world,
}) => {
  const [frame] = await world.openFrames({ inner: ALICE }, 'allow-scripts');
  const thrown = await frame!.evaluate(() => {
    try {
      return typeof navigator.serviceWorker;
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(thrown).toBe('SecurityError');
  expect(await frame!.register()).toBe('page');
  await expectCovered(world, frame!, '/api/shared');
});

test('46 · locks that are granted to nobody, and storage that never answers: the request is bounded', async ({
  world,
}) => {
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a');
  await tab.evaluate(() => {
    // Foreign code that took the lock of every name: what a hanging lock manager looks like.
    navigator.locks.request = () => new Promise<never>(() => undefined);
    indexedDB.open = () => ({}) as IDBOpenDBRequest;
  });
  expect(await tab.register({ getTokenTimeoutSeconds: 1 })).toBe('page');
  const { status, elapsedMs } = await tab.fetch('/api/open/echo');
  expect(status).toBe(200);
  expect(elapsedMs).toBeLessThan(10_000);
  expect(world.app.seen.only('/api/open/echo').authorization).toEqual([]);
});

test('47 · a frame of another site whose worker is not to be had: covered by its own lane, in its partition', async ({
  world,
}) => {
  world.app.workerScript = 'missing';
  const [frame] = await world.openFrames({ inner: ALICE });
  expect(await frame!.register()).toBe('page');
  await expectCovered(world, frame!);
});

test("inPage: 'never': where no worker is to be had the registration rejects, and the page is as it was", async ({
  world,
}) => {
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a');
  const outcome = await tab.tryRegister({ inPage: 'never' });
  expect(outcome).toMatchObject({ ok: false, error: { code: 'worker-unavailable' } });
  expect(await tab.evaluate(() => [String(fetch), String(XMLHttpRequest)].join())).not.toMatch(/Proxy|lane/);
  await tab.fetch('/api/open/echo');
  expect(world.app.seen.only('/api/open/echo').authorization).toEqual([]);
  expect(warnings(tab)).toEqual([]);
});

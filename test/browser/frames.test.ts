import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { AppServer } from './support/app-server.js';
import type { Engine } from './support/engine.js';
import { BROWSER_SETTINGS } from './support/frame-settings.js';
import { engineName } from './support/start-engine.js';
import type { AppRealm } from './support/tab.js';
import { ALICE, World } from './support/world.js';

const SAYS_WHAT_GOES_BARE = /fetch and XMLHttpRequest; images, media, EventSource and downloads go without/;
const SANDBOXED = /may not have a service worker.*sandbox="allow-scripts allow-same-origin"/;

/** What the frame says on its console from here on; the drivers tell that of a frame each in its own way, or not. */
async function listenToConsole(frame: AppRealm): Promise<() => Promise<string[]>> {
  await frame.evaluate(() => {
    const said: string[] = [];
    for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
      console[level] = (...parts: unknown[]) => void said.push(parts.map(String).join(' '));
    }
    Object.assign(globalThis, { said });
  });
  return () => frame.evaluate(() => (globalThis as unknown as { said: string[] }).said);
}

/** All that frames send with the token, and in the worker's mode pictures too; what goes without is said, once. */
async function expectCovered(
  { app }: World,
  frame: AppRealm,
  mode: 'service-worker' | 'page',
  says: RegExp | undefined,
  path = '/api/echo',
): Promise<void> {
  const console = await listenToConsole(frame);
  expect(await frame.register()).toBe(mode);
  expect(await frame.register()).toBe(mode);
  expect(await frame.fetch(path)).toMatchObject({ status: 200 });
  expect(await frame.evaluate((to) => harness.xhr(to), path)).toMatchObject({ status: 200 });
  const width = await frame.evaluate((url) => harness.image(url), '/api/picture.png');

  const sent = app.seen.at(path).filter(({ method }) => method === 'GET');
  expect(sent.map(({ judgement }) => judgement)).toMatchObject([
    { verdict: 'good', claims: ALICE },
    { verdict: 'good', claims: ALICE },
  ]);
  const isWorker = mode === 'service-worker';
  expect(app.seen.only('/api/picture.png').judgement.verdict).toBe(isWorker ? 'good' : 'missing');
  expect(width > 0).toBe(isWorker);
  const said = await console();
  if (says === undefined) {
    expect(said).toEqual([]);
    return;
  }
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(says);
  expect(said[0]).toMatch(SAYS_WHAT_GOES_BARE);
}

for (const { name, start, cookies, mode, says, isAsSet } of BROWSER_SETTINGS[engineName]) {
  describe(name, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(() => engine.close());

    async function openWorld(): Promise<World> {
      const app = await AppServer.start();
      onTestFinished(() => app.close());
      const profile = await engine.openProfile();
      onTestFinished(() => profile.close());
      return new World(app, profile);
    }

    test(`a frame of the app in a page of another site is covered by the ${mode === 'page' ? 'page, which says why' : 'worker'}`, async () => {
      const world = await openWorld();
      const [frame] = await world.openFrames({ inner: ALICE });
      // That the setting does what its name says.
      expect(await frame!.evaluate(() => document.hasStorageAccess())).toBe(cookies);
      if (isAsSet) expect(await frame!.evaluate(isAsSet)).toBe(true);
      await expectCovered(world, frame!, mode, says);
    });

    test('a frame in a sandbox without allow-same-origin is covered by the page, which says why', async () => {
      const world = await openWorld();
      const [frame] = await world.openFrames({ inner: ALICE }, 'allow-scripts');
      expect(await frame!.evaluate(() => self.origin)).toBe('null');
      await expectCovered(world, frame!, 'page', SANDBOXED, '/api/shared');
    });
  });
}

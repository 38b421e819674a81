import { expect } from 'vitest';
import type { RegisterOptions } from './pages/registrations.js';
import { engineName } from './support/start-engine.js';
import type { AppRealm } from './support/tab.js';
import { ALICE, windowedTest as test } from './support/world.js';
import type { World } from './support/world.js';

const TARGET = '/api/open/report';
const ALLOWED: RegisterOptions = { include: [{ path: '/api/', navigations: true }] };

/** What the navigation brought, to a place that answers with no document: the page stays. */
async function verdictOf({ app }: World, leave: () => Promise<unknown>): Promise<string> {
  app.intercept = ({ url, response }) => {
    if (url.pathname === TARGET) response.writeHead(204).end();
    return url.pathname === TARGET;
  };
  await leave();
  await expect.poll(() => app.seen.at(TARGET).length, { timeout: 10_000 }).toBe(1);
  return app.seen.only(TARGET).judgement.verdict;
}

const goThere = (to: string): void => void (location.href = to);

const WHERE: Record<string, (world: World) => Promise<AppRealm>> = {
  'a tab': (world) => world.openTab('a'),
  'a frame in a page of another site': async (world) => (await world.openFrames({ a: ALICE }))[0]!,
};

for (const [where, open] of Object.entries(WHERE)) {
  test(`what ${where} is led to by its own page carries the token that is there`, async ({ world }) => {
    const realm = await open(world);
    expect(await realm.register(ALLOWED)).toBe('service-worker');
    expect(await realm.fetch('/api/echo')).toMatchObject({ status: 200 });

    expect(await verdictOf(world, () => realm.evaluate(goThere, TARGET))).toBe('good');
  });

  // There a page that has begun to navigate may load nothing but by `keepalive`, whether a worker has it or not.
  const goes = engineName === 'webkit' ? 'goes bare' : 'carries the token';
  test(`what ${where} is led to before there is a token ${goes} where the provider fetches one`, async ({
    world,
  }) => {
    const realm = await open(world);
    expect(await realm.register(ALLOWED)).toBe('service-worker');

    const verdict = await verdictOf(world, () => realm.evaluate(goThere, TARGET));
    expect(verdict).toBe(engineName === 'webkit' ? 'missing' : 'good');
    expect(world.app.seen.at('/mint')).toHaveLength(engineName === 'webkit' ? 0 : 1);
  });

  test(`what ${where} is led to before there is a token carries it where the provider’s fetch is keepalive`, async ({
    world,
  }) => {
    const realm = await open(world);
    await realm.evaluate(() => {
      const { fetch } = globalThis;
      globalThis.fetch = (input, init) => fetch(input, { ...init, keepalive: true });
    });
    expect(await realm.register(ALLOWED)).toBe('service-worker');

    expect(await verdictOf(world, () => realm.evaluate(goThere, TARGET))).toBe('good');
  });
}

test('a link to a new tab carries the token, though there was none before', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register(ALLOWED);
  await tab.evaluate((to) => {
    document.body.insertAdjacentHTML('beforeend', `<a id="new" href="${to}" target="_blank">new</a>`);
  }, TARGET);

  expect(await verdictOf(world, () => tab.page.click('#new'))).toBe('good');
});

import { expect } from 'vitest';
import type { EnginePage } from './support/engine.js';
import type { RegisterOptions } from './pages/registrations.js';
import type { Tab } from './support/tab.js';
import { test } from './support/world.js';
import type { World } from './support/world.js';

const ALLOWED: RegisterOptions = { include: [{ path: '/api/', navigations: true }] };

/** The user has the app open, with a good token, in a tab of its own. */
async function openApp(world: World, options = ALLOWED): Promise<Tab> {
  const tab = await world.openTab('a');
  await tab.register(options);
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  world.app.seen.clear();
  return tab;
}

function openLink(world: World, from: string, to: string, policy = 'unsafe-url'): Promise<EnginePage> {
  const page = new URL(`${from}/link.html`);
  page.searchParams.set('to', to);
  page.searchParams.set('policy', policy);
  return world.profile.openPage(page.href);
}

/** What came to that path, once something has. */
async function authorizationsAt(world: World, path: string): Promise<(readonly string[])[]> {
  await expect.poll(() => world.app.seen.at(path).length).toBeGreaterThan(0);
  return world.app.seen.at(path).map(({ authorization }) => authorization);
}

for (const policy of ['unsafe-url', 'no-referrer', 'strict-origin-when-cross-origin']) {
  for (const [what, selector] of [
    ['link', '#link'],
    ['form post', '#post'],
    ['form get', '#get'],
  ] as const) {
    test(`39 · a ${what} of another site (${policy}) to a path with navigations: true brings no token`, async ({
      world,
    }) => {
      await openApp(world);
      const attack = await openLink(world, world.app.attacker, `${world.app.origin}/api/open/report`, policy);
      await attack.click(selector);

      expect(await authorizationsAt(world, '/api/open/report')).toEqual([[]]);
    });
  }
}

test('39 · a link of another site through the app’s own redirect brings no token', async ({ world }) => {
  const { app } = world;
  await openApp(world);
  const attack = await openLink(world, app.attacker, `${app.origin}/go?to=/api/open/report`);
  await attack.click('#link');

  expect(await authorizationsAt(world, '/api/open/report')).toEqual([[]]);
});

test('39 · a frame in a page of another site, and a typed address, bring no token', async ({ world }) => {
  const { app } = world;
  const tab = await openApp(world);
  const host = new URL(`${app.attacker}/frames.html`);
  host.searchParams.append('frame', `victim ${app.origin}/api/open/report`);
  await world.profile.openPage(host.href);
  expect(await authorizationsAt(world, '/api/open/report')).toEqual([[]]);

  await tab.page.type(`${app.origin}/api/open/upload`);
  expect(await authorizationsAt(world, '/api/open/upload')).toEqual([[]]);
});

test('39 · a download link of the app itself carries the token, once', async ({ world }) => {
  const { app } = world;
  const tab = await openApp(world);
  await tab.evaluate(() =>
    document.body.insertAdjacentHTML('beforeend', '<a id="get" href="/api/download">CSV</a>'),
  );
  await tab.page.click('#get');

  expect(await authorizationsAt(world, '/api/download')).toEqual([
    [`Bearer ${app.issuer.issued.at(-1)?.token}`],
  ]);
  expect(app.seen.only('/api/download').status).toBe(200);
});

test('a link on a page of the app that never registered stays bare: it might be anybody’s', async ({
  world,
}) => {
  await openApp(world);
  const page = await openLink(world, world.app.origin, '/api/report');
  await page.click('#link');

  expect(await authorizationsAt(world, '/api/report')).toEqual([[]]);
});

test('a form post of the app itself brings no token: only GET may', async ({ world }) => {
  await openApp(world);
  const page = await openLink(world, world.app.origin, '/api/open/report');
  await page.click('#post');

  expect(await authorizationsAt(world, '/api/open/report')).toEqual([[]]);
  expect(world.app.seen.only('/api/open/report').body.bytes).toBe('amount=1000'.length);
});

test('39 · without the rule, a link of the app itself brings no token', async ({ world }) => {
  await openApp(world, {});
  const page = await openLink(world, world.app.origin, '/api/open/report');
  await page.click('#link');

  expect(await authorizationsAt(world, '/api/open/report')).toEqual([[]]);
});

test.for([301, 302, 303, 307, 308])(
  'a %i to another origin takes no token beyond the first hop',
  async (status, { world }) => {
    const { app } = world;
    const tab = await openApp(world);
    const targets = [`${app.elsewhere}/landed`, `${app.attacker}/landed`];
    for (const target of targets) {
      const redirect = `/api/redirect?status=${status}&to=${encodeURIComponent(target)}`;
      await tab.fetch(redirect);
      await tab.fetch(redirect, { method: 'POST', body: 'x' });
      await tab.evaluate((url) => harness.image(url), redirect);
    }

    const hops = app.seen.at('/api/redirect');
    expect(hops.map(({ judgement }) => judgement.verdict)).toEqual(hops.map(() => 'good'));
    expect(hops).toHaveLength(6);
    expect(app.seenElsewhere.all.length).toBeGreaterThan(0);
    for (const { authorization } of app.seenElsewhere.all) expect(authorization).toEqual([]);
  },
);

test('a link that redirects to another origin takes no token beyond the first hop', async ({ world }) => {
  const { app } = world;
  const tab = await openApp(world);
  const path = `/api/redirect?to=${encodeURIComponent(`${app.attacker}/landed`)}`;
  await tab.evaluate(
    (href) => document.body.insertAdjacentHTML('beforeend', `<a id="get" href="${href}">elsewhere</a>`),
    path,
  );
  await tab.page.click('#get');
  await expect.poll(() => app.seenElsewhere.at('/landed').length).toBe(1);

  expect(app.seen.only('/api/redirect').judgement.verdict).toBe('good');
  expect(app.seenElsewhere.only('/landed').authorization).toEqual([]);
});

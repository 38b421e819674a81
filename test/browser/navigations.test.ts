import { expect } from 'vitest';
import type { EnginePage } from './support/engine.js';
import type { RegisterOptions } from './pages/registrations.js';
import { ATTACKS, go } from './support/navigation-attacks.js';
import type { SeenRequest } from './support/seen-requests.js';
import { engineName } from './support/start-engine.js';
import { AppRealm } from './support/tab.js';
import type { Tab } from './support/tab.js';
import { ALICE, windowedTest as test } from './support/world.js';
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
  await expect.poll(() => world.app.seen.at(path).length, { timeout: 10_000 }).toBeGreaterThan(0);
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

const TARGET = '/api/open/report';

/** The target answers with no document: none of an attack's windows becomes a page of the app, whose token is unknown. */
function answerWithNothing({ app }: World): void {
  app.intercept = ({ url, response }) => {
    if (url.pathname === TARGET) response.writeHead(204).end();
    return url.pathname === TARGET;
  };
}

/** A real click runs the script, as a page's own button would. */
async function clickToRun(page: EnginePage, script: string): Promise<void> {
  await page.evaluate((code) => {
    document.querySelector('#run')?.remove();
    const button = Object.assign(document.createElement('button'), { id: 'run', textContent: 'run' });
    button.setAttribute('onclick', `{${code}}`);
    document.body.prepend(button);
  }, script);
  // A window that was opened before may be in front of it.
  await page.show();
  await page.click('#run');
}

/** What arrived of one attack, which says in the query who it is. */
async function arrivalsOf({ app }: World, by: string): Promise<SeenRequest[]> {
  const of = (): SeenRequest[] => app.seen.at(TARGET).filter(({ url }) => url.endsWith(`?by=${by}`));
  await expect.poll(() => of().length, { timeout: 10_000, message: `attack ${by}` }).toBeGreaterThan(0);
  return of();
}

for (const site of ['attacker', 'elsewhere'] as const) {
  for (const policy of ['', 'unsafe-url', 'no-referrer']) {
    const who = site === 'attacker' ? 'another site' : 'another origin of this site';
    test(`no window, form, frame or redirect of ${who} brings a token (${policy || 'no'} referrer policy)`, async ({
      world,
    }) => {
      const { app } = world;
      answerWithNothing(world);
      // The first: WebKit lets no page in the background open windows.
      const attack = await openLink(world, app[site], '/', policy);
      const tab = await openApp(world);
      const got: Record<string, unknown> = {};
      for (const [at, [name, script]] of Object.entries(ATTACKS).entries()) {
        await clickToRun(attack, script(`${app.origin}${TARGET}?by=${at}`, app));
        const arrived = await arrivalsOf(world, String(at));
        got[name] = arrived.map(({ authorization }) => authorization);
      }
      expect(got).toEqual(Object.fromEntries(Object.keys(ATTACKS).map((name) => [name, [[]]])));

      // There was a token to bring: a link of the app itself does, now as before.
      await clickToRun(tab.page, `location.href = '${TARGET}?by=own'`);
      expect((await arrivalsOf(world, 'own')).map(({ judgement }) => judgement.verdict)).toEqual(['good']);
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

test('a page of another site that embeds the app leads that frame, and others beside it, to no token', async ({
  world,
}) => {
  const { app, profile } = world;
  answerWithNothing(world);
  app.tokenHost.open('a', ALICE, 300);
  const host = new URL(`${app.attacker}/frames.html`);
  host.searchParams.append('frame', `a ${app.origin}/page.html?tab=a`);
  const page = await profile.openPage(host.href);
  const frame = new AppRealm('a', await page.frame('a'), app);
  // Its worker is that of the attacker's own partition, where the engine has such.
  expect(await frame.register(ALLOWED)).toBe('service-worker');
  // There is a token to be had.
  expect(await frame.fetch('/api/echo')).toMatchObject({ status: 200 });
  const to = (by: string): string => `${app.origin}${TARGET}?by=${by}`;
  await page.evaluate((address) => {
    document.body.append(Object.assign(document.createElement('iframe'), { src: address }));
  }, to('beside'));
  const beside = await arrivalsOf(world, 'beside');
  await page.evaluate((address) => void (frames[0]!.location.href = address), to('led'));
  const led = await arrivalsOf(world, 'led');
  expect([...beside, ...led].map(({ authorization }) => authorization)).toEqual([[], []]);

  // What the frame's own page leads it to carries it.
  await frame.evaluate((address) => void (location.href = address), to('own'));
  expect((await arrivalsOf(world, 'own')).map(({ judgement }) => judgement.verdict)).toEqual(['good']);
});

test('the app’s own link away, which another site leads back, brings no token where no referrer leaves the app', async ({
  world,
}) => {
  const { app } = world;
  answerWithNothing(world);
  const tab = await openApp(world);
  for (const policy of ['same-origin', 'no-referrer']) {
    const away = go(app.attacker, `${app.origin}${TARGET}?by=${policy}`);
    await clickToRun(tab.page, link({ href: away, referrerPolicy: policy }));
    const arrived = await arrivalsOf(world, policy);
    expect(arrived.map(({ authorization }) => authorization)).toEqual([[]]);
  }
  await clickToRun(tab.page, link({ href: `${TARGET}?by=own`, referrerPolicy: 'same-origin' }));
  expect((await arrivalsOf(world, 'own')).map(({ judgement }) => judgement.verdict)).toEqual(['good']);
});

// No engine tells a worker of the way that a navigation took. In Chromium and Firefox its referrer is the app's, as at
// the first hop; WebKit's worker gets it bare.
const ledBack = engineName === 'webkit' ? 'brings no token' : 'passes for the app’s own';
test(`the app’s own link away, which another site leads back, ${ledBack} where the app’s referrer leaves it`, async ({
  world,
}) => {
  const { app } = world;
  answerWithNothing(world);
  const tab = await openApp(world);
  await clickToRun(tab.page, link({ href: go(app.attacker, `${app.origin}${TARGET}?by=back`) }));

  const [arrived] = await arrivalsOf(world, 'back');
  expect(arrived!.judgement.verdict).toBe(engineName === 'webkit' ? 'missing' : 'good');
});

/** A script that follows a link. */
function link(properties: Record<string, string>): string {
  return `Object.assign(document.createElement('a'), ${JSON.stringify(properties)}).click()`;
}

test('a document and a frame that the app opens with the token are as without a worker to their pages', async ({
  world,
}) => {
  const { app } = world;
  app.intercept = ({ url, response }) => {
    const isPage = url.pathname === '/api/page';
    if (isPage)
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p id="p">hello');
    return isPage;
  };
  const look = () => [
    location.href,
    document.referrer,
    document.querySelector('#p')?.textContent,
    history.length,
  ];
  const follow = async (tab: Tab): Promise<unknown[][]> => {
    await tab.evaluate(() => {
      const frame = Object.assign(document.createElement('iframe'), {
        name: 'inner',
        src: '/api/page?frame',
      });
      document.body.append(frame);
    });
    const frame = await (await tab.page.frame('inner')).evaluate(look);
    // It never registers, so while it is open a navigation that does not say whose it is might be anybody's.
    await tab.evaluate(() => document.querySelector('iframe')!.remove());
    await clickToRun(tab.page, `location.href = '/api/page?document'`);
    await expect.poll(() => tab.evaluate(() => location.search).catch(() => '')).toBe('?document');
    await expect.poll(() => tab.evaluate(() => document.readyState).catch(() => '')).toBe('complete');
    return [frame, await tab.evaluate(look)];
  };
  const bare = await follow(await world.openTab('a'));
  expect(app.seen.at('/api/page').map(({ judgement }) => judgement.verdict)).toEqual(['missing', 'missing']);
  // A page of the app that never registered would be anybody's.
  await world.tabs.pop()!.page.goto(`${app.attacker}/landed`);
  const covered = await follow(await openApp(world));

  // Firefox tells a document of its own referrer only where no worker has answered, even by passing through.
  if (engineName === 'firefox') bare[1]![1] = '';
  expect(covered).toEqual(bare);
  expect(app.seen.at('/api/page').map(({ judgement }) => judgement.verdict)).toEqual(['good', 'good']);
});

// Its request is none that a worker sees, but in Firefox.
test(`a link with the download attribute ${engineName === 'firefox' ? 'carries the token' : 'goes bare, past the worker'}, and the page stays`, async ({
  world,
}) => {
  const tab = await openApp(world);
  await clickToRun(tab.page, link({ href: '/api/open/download', download: '' }));

  await expect.poll(() => world.app.seen.at('/api/open/download').length).toBe(1);
  const { verdict } = world.app.seen.only('/api/open/download').judgement;
  expect(verdict).toBe(engineName === 'firefox' ? 'good' : 'missing');
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
});

test('a form with GET of the app itself carries the token', async ({ world }) => {
  const tab = await openApp(world);
  answerWithNothing(world);
  await clickToRun(
    tab.page,
    `const form = Object.assign(document.createElement('form'), { action: '${TARGET}' });
     form.innerHTML = '<input name="by" value="form">'; document.body.append(form); form.submit()`,
  );
  expect((await arrivalsOf(world, 'form')).map(({ judgement }) => judgement.verdict)).toEqual(['good']);
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
  // It is saved and not shown: the page is where it was.
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
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

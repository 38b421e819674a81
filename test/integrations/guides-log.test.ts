import { expect } from 'vitest';
import { findParts } from '../browser/support/token-parts.js';
import type { Tab } from '../browser/support/tab.js';
import { test, type World } from '../browser/support/world.js';

/** As one does in the field: in the page's console, then a reload. */
async function withLog(world: World, name: string): Promise<Tab> {
  const tab = await world.openTab(name);
  await tab.evaluate(() => localStorage.setItem('bearer-worker:log', '1'));
  await tab.page.reload();
  return tab;
}

const linesOf = (tab: Tab): string[] => tab.page.console.filter((line) => line.includes('bearer-worker:'));

type Explain = (input: string | Request, asked?: object) => string;

/** What a developer types into the console. */
const explain = (tab: Tab, url: string, asked?: object): Promise<string> =>
  tab.evaluate(
    (to, more) => {
      const { bearerWorker } = globalThis as unknown as { bearerWorker: { explain: Explain } };
      return bearerWorker.explain(to, more);
    },
    url,
    asked,
  );

test('switched on in the console, the log tells a 401, a refresh, a failure and a logout in a line each, and shows no part of a token', async ({
  world,
}) => {
  const tab = await withLog(world, 'a');
  await tab.register();
  await expect.poll(() => linesOf(tab).join('\n')).toContain('status: the worker attaches; no token yet');

  await tab.fetch('/api/echo?secret=1');
  world.app.issuer.revokeAll();
  expect((await tab.fetch('/api/echo')).status).toBe(200);
  await expect.poll(() => linesOf(tab).join('\n')).toContain('token refreshed (rejected): expires 20');

  // The error of a provider is an app's own words: here they have the token in them.
  const { token } = world.app.issuer.issued.at(-1)!;
  tab.behave({ kind: 'reject', message: `Not ${token}` });
  world.app.issuer.revokeAll();
  await tab.fetch('/api/echo');
  await expect.poll(() => linesOf(tab).join('\n')).toContain('refresh failed (provider-rejected)');

  tab.behave({ kind: 'token' });
  await tab.logout();
  await expect.poll(() => linesOf(tab).join('\n')).toContain('logged out, by this page');
  await tab.fetch('/api/echo?secret=2');
  await expect
    .poll(() => linesOf(tab).join('\n'))
    .toMatch(/request http\S+\/api\/echo: logged-out\. This identity was logged out\. Register again/);

  const said = tab.page.console.join('\n');
  expect(said).not.toContain('secret');
  const tokens = world.app.issuer.issued.map((issued) => issued.token);
  expect(tokens.length).toBe(2);
  expect(findParts(tokens, said)).toEqual([]);
  for (const part of tokens.flatMap((each) => each.split('.'))) expect(said).not.toContain(part);
  // One line for each event, and nothing twice.
  expect(linesOf(tab).filter((line) => line.includes('(initial)'))).toHaveLength(1);
  expect(linesOf(tab).filter((line) => line.includes('logged out, by'))).toHaveLength(1);
});

test('registered twice, as React’s StrictMode does, a page logs each event once', async ({ world }) => {
  const tab = await withLog(world, 'a');
  await tab.register();
  await tab.register();
  await tab.fetch('/api/echo');
  await expect.poll(() => linesOf(tab).join('\n')).toContain('token refreshed (initial)');
  world.app.issuer.revokeAll();
  await tab.fetch('/api/echo');
  await expect.poll(() => linesOf(tab).join('\n')).toContain('token refreshed (rejected)');
  expect(linesOf(tab).filter((line) => line.includes('token refreshed'))).toHaveLength(2);
});

test('a page without a worker logs the same of its own lane, and what it cannot cover', async ({ world }) => {
  world.app.workerScript = 'missing';
  const tab = await withLog(world, 'a');
  await tab.register();
  await tab.fetch('/api/echo');
  await expect.poll(() => linesOf(tab).join('\n')).toContain('status: this page attaches; token fresh');
  expect(await explain(tab, '/api/echo')).toContain('this page attaches the token');
  expect(await explain(tab, '/api/picture.png', { destination: 'image' })).toBe(
    'No token: no worker controls this page, and it attaches to fetch and XMLHttpRequest only.',
  );
});

test('a registration that fails says so in the log too', async ({ world }) => {
  world.app.workerScript = 'missing';
  const tab = await withLog(world, 'a');
  expect((await tab.tryRegister({ inPage: 'never' })).ok).toBe(false);
  await expect
    .poll(() => linesOf(tab).join('\n'))
    .toMatch(/could not be registered: The worker script \/bearer-worker\.js answers 404/);
});

test('why did this request get no token? bearerWorker.explain() answers for each reason', async ({
  world,
}) => {
  const tab = await withLog(world, 'a');
  await tab.register({
    include: ['/api/', { path: '/files', methods: ['get'], navigations: true, destinations: ['style'] }],
    exclude: ['/api/open'],
  });
  const { app } = world;
  const answers: [url: string, asked: object | undefined, answer: RegExp][] = [
    ['/api/me', undefined, /^Covered by \{"path":"\/api\/"\}: the worker attaches/],
    [`${app.elsewhere}/api/me`, undefined, /goes to http:\S+, and a token goes to http:\S+ only/],
    ['/apix/me', undefined, /include has no path that covers \/apix\/me: \/api\/, \/files/],
    ['/API/me', undefined, /case/],
    ['/api/open/x?a=1', undefined, /exclude has \/api\/open\/x: \/api\/open\./],
    ['/api/%252e%252e/x', undefined, /dot segments behind escapes/],
    ['/files/a', { method: 'POST' }, /has the method POST/],
    ['/api/me', { headers: { authorization: 'Bearer own' } }, /has a header Authorization already/],
    ['/api/me', { mode: 'navigate' }, /is a navigation/],
    ['/files/a', { mode: 'navigate' }, /^Covered by/],
    ['/api/x.js', { destination: 'script' }, /destination "script" is not covered/],
    ['/files/x.css', { destination: 'style' }, /^Covered by/],
    ['http://', undefined, /this is no URL/],
  ];
  for (const [url, asked, answer] of answers) expect(await explain(tab, url, asked), url).toMatch(answer);

  // What it says is what happens.
  await tab.fetch('/api/open/echo');
  expect(app.seen.only('/api/open/echo').authorization).toEqual([]);
  await tab.fetch('/api/echo');
  expect(app.seen.only('/api/echo').authorization).toHaveLength(1);
});

test('bearerWorker.explain() takes a Request, and shows no token that is in its headers or path', async ({
  world,
}) => {
  const tab = await withLog(world, 'a');
  await tab.register();
  await tab.fetch('/api/echo');
  const { token } = world.app.issuer.issued.at(-1)!;
  const answers = await tab.evaluate((own) => {
    const { explain: why } = (globalThis as unknown as { bearerWorker: { explain: Explain } }).bearerWorker;
    return [
      why(new Request('/api/me', { method: 'DELETE', headers: { Authorization: `Bearer ${own}` } })),
      why(`/elsewhere/${own}`),
    ];
  }, token);
  expect(answers[0]).toMatch(/has a header Authorization already/);
  expect(answers[1]).toMatch(/covers \/elsewhere\/\(a token\)/);
  expect(findParts([token], answers.join())).toEqual([]);
});

test('without the switch nothing is logged, no chunk is loaded and no global is set', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.register();
  await tab.fetch('/api/echo');
  expect(linesOf(tab)).toEqual([]);
  expect(world.app.seen.all.filter(({ path }) => /chunks\/log/.test(path))).toEqual([]);
  expect(await tab.evaluate(() => 'bearerWorker' in globalThis)).toBe(false);
});

test('where localStorage throws, a page registers and is covered as ever', async ({ world }) => {
  const tab = await world.openTab('a');
  await tab.evaluate(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      },
    });
  });
  await tab.register();
  expect((await tab.fetch('/api/echo')).status).toBe(200);
  expect(linesOf(tab)).toEqual([]);
});

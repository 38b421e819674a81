import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { blocksOf, runnable } from '../package/docs-blocks.js';
import type { EnginePage } from '../browser/support/engine.js';
import { test, type World } from '../browser/support/world.js';
import { bundle, GuideSite } from './support/guides-site.js';
import { startSocketServer } from './support/guides-socket.js';

/*
 * The code of docs/guides.md, as it stands there. Each was seen to fail with a `registerTokenInjector` that does
 * nothing: the back end answers 401 then.
 */
const GUIDES = 'docs/guides.md';

interface Opened {
  readonly site: GuideSite;
  readonly page: EnginePage;
}

/** The module's own exports, on the page's `guide`. */
type Guide = Record<string, (...given: unknown[]) => unknown>;

const callGuide = (page: EnginePage, name: string): Promise<void> =>
  page.evaluate(async (wanted) => {
    const guide = await (globalThis as unknown as { guide: Promise<Guide> }).guide;
    await guide[wanted]?.();
  }, name);

async function open(
  world: World,
  name: string,
  prepare: (site: GuideSite) => void | Promise<void> = () => undefined,
  code = runnable(GUIDES, name),
): Promise<Opened> {
  const site = new GuideSite(world.app, await bundle(code));
  await prepare(site);
  const page = await world.profile.openPage(site.url);
  await page.evaluate(() =>
    (globalThis as unknown as { guide: Promise<unknown> }).guide.then(() => undefined),
  );
  return { site, page };
}

const get = (page: EnginePage, url: string): Promise<number> =>
  page.evaluate((to) => fetch(to).then(({ status }) => status), url);

/** Every token there is is refused from now on; the page's next request must not notice. */
async function throughARefusal({ page, site }: Opened, source: string): Promise<void> {
  const before = site.given[source] ?? 0;
  site.app.issuer.revokeAll();
  site.app.seen.clear();
  expect(await get(page, '/api/again')).toBe(200);
  expect(site.answers).toEqual(['GET /api/again 401', 'GET /api/again 200']);
  expect(site.given[source]).toBe(before + 1);
}

const inMeta = async (site: GuideSite): Promise<void> => {
  site.head = `<meta name="token" content="${await site.token('meta')}">`;
};

for (const name of ['dom', 'spring']) {
  test(`guide "${name}": the first token from the page, the next from the product`, async ({ world }) => {
    const opened = await open(world, name, inMeta);
    expect(opened.site.answers).toEqual(['GET /api/me 200']);
    expect(opened.site.given).toEqual({ meta: 1 });
    await throughARefusal(opened, '/ap');
  });
}

test('guide "interceptor": axios as it comes', async ({ world }) => {
  const opened = await open(world, 'interceptor');
  expect(opened.site.answers).toEqual(['GET /api/me 200']);
  await throughARefusal(opened, '/ap');
});

test('guide "heartbeat": one call of the heartbeat for each token, none while nothing is asked for', async ({
  world,
}) => {
  const opened = await open(world, 'heartbeat');
  expect(opened.site.answers).toEqual(['GET /api/me 200']);
  await get(opened.page, '/api/more');
  expect(opened.site.given).toEqual({ '/heartbeat': 1 });
  await throughARefusal(opened, '/heartbeat');
});

test('guide "mutex": three requests at once, one call of the provider', async ({ world }) => {
  const opened = await open(world, 'mutex');
  expect(opened.site.answers.sort()).toEqual([
    'GET /api/boards 200',
    'GET /api/issues 200',
    'GET /api/me 200',
  ]);
  expect(opened.site.given).toEqual({ '/session/token': 1 });
  await throughARefusal(opened, '/session/token');
});

test('guide "acpt": the answers bring the next token, and the product is not asked', async ({ world }) => {
  const opened = await open(world, 'acpt', async (site) => {
    await inMeta(site);
    site.renewsIn = 'X-acpt';
  });
  expect(opened.site.answers).toEqual(['GET /api/me 200']);
  const [first] = opened.site.app.seen.at('/api/me')[0]!.authorization;
  // The newer one is taken in while the page reads its answer.
  await expect
    .poll(async () => {
      await get(opened.page, '/api/more');
      return opened.site.app.seen.at('/api/more').at(-1)!.authorization[0];
    })
    .not.toBe(first);
  expect(opened.site.given['/ap']).toBeUndefined();
  await throughARefusal(opened, '/ap');
});

test('guide "session": the app’s own endpoint, below a covered path', async ({ world }) => {
  const opened = await open(world, 'session');
  expect(opened.site.answers).toEqual(['GET /api/me 200']);
  const [asked] = opened.site.app.seen.at('/api/session/token');
  expect(asked).toMatchObject({ method: 'POST', bodyText: '{"app":"reports"}', authorization: [] });
  await throughARefusal(opened, '/api/session/token');
});

test('guide "upload": a token with too little left is replaced before the upload, not refused in it', async ({
  world,
}) => {
  const opened = await open(world, 'upload', (site) => {
    // Two thirds of its life are over when it is handed out: 80 s of 240 are left.
    site.lifeSeconds = 240;
    site.app.issuer.ageSeconds = 160;
  });
  expect(await get(opened.page, '/api/me')).toBe(200);
  opened.site.app.issuer.ageSeconds = 0;
  const upload = (): Promise<unknown> =>
    opened.page.evaluate(async () => {
      const guide = await (globalThis as unknown as { guide: Promise<Guide> }).guide;
      const response = (await guide['upload']?.(new Blob(['x'.repeat(100_000)]))) as Response;
      return (await response.json()) as object;
    });
  expect(await upload()).toEqual({ verdict: 'good', bytes: 100_000 });
  expect(opened.site.answers).toEqual(['GET /api/me 200', 'POST /api/files 200']);
  expect(opened.site.given).toEqual({ '/session/token': 2 });

  opened.site.app.issuer.revokeAll();
  expect(await upload()).toEqual({ verdict: 'good', bytes: 100_000 });
  expect(opened.site.answers.slice(2)).toEqual(['POST /api/files 401', 'POST /api/files 200']);
});

test('guide "websocket": the token travels in the first message, and after a refusal a new one', async ({
  world,
}) => {
  const heard: string[] = [];
  const address = await startSocketServer((text) => {
    heard.push((JSON.parse(text) as { token: string }).token);
    return heard.length === 1 ? 4401 : undefined;
  });
  const code = runnable(GUIDES, 'websocket');
  // The test's servers speak HTTP; this one stands where the app's own would.
  const elsewhere = code.replace("new URL('/live', location.href)", `'${address}'`);
  expect(elsewhere).not.toBe(code);
  const opened = await open(world, 'websocket', undefined, elsewhere);
  await callGuide(opened.page, 'openLive');
  await expect.poll(() => heard.length).toBe(2);
  expect(heard).toEqual(opened.site.app.issuer.issued.map(({ token }) => token));
  await throughARefusal(opened, '/session/token');
});

test('guide "logout": the server is told with the token, then nothing of it is left, and the page goes where it says', async ({
  world,
}) => {
  const opened = await open(world, 'logout');
  expect(await get(opened.page, '/api/me')).toBe(200);
  await opened.page.evaluate(async () => {
    await (
      await (globalThis as unknown as { guide: Promise<Guide> }).guide
    )['logOut']!();
  });
  expect(opened.site.answers).toEqual(['GET /api/me 200', 'DELETE /api/session 200']);
  await expect.poll(() => opened.site.app.seen.at('/goodbye.html').length).toBe(1);
});

test('guide "react": in StrictMode (of a double of React) a component gets the injector, and its requests their token', async ({
  world,
}) => {
  const double = fileURLToPath(new URL('support/guides-react.ts', import.meta.url));
  const app = `
    import { render } from 'react';
    import { endpoint } from 'bearer-worker/providers';
    ${runnable(GUIDES, 'react')}
    const options = { getToken: endpoint('/session/token', { method: 'POST' }) };
    render(() => {
      const injector = useTokenInjector(options);
      useEffect(() => void (injector && fetch('/api/me')), [injector]);
      return injector ? injector.mode : 'waiting';
    });
  `;
  const opened = await open(world, 'react', undefined, app.replaceAll("'react'", `'${double}'`));
  await expect.poll(() => opened.page.evaluate(() => document.title)).toBe('service-worker');
  await expect.poll(() => opened.site.answers).toEqual(['GET /api/me 200']);
  await throughARefusal(opened, '/session/token');
});

test('guide "log", "explain": pasted into the console, they answer; "status": from the app’s own code', async ({
  world,
}) => {
  const opened = await open(world, 'status');
  await opened.page.evaluate((code) => void (0, eval)(code), runnable(GUIDES, 'log'));
  await opened.page.reload();
  await opened.page.evaluate(() =>
    (globalThis as unknown as { guide: Promise<unknown> }).guide.then(() => undefined),
  );
  expect(opened.page.console.join('\n')).toContain('bearer-worker: registered; options');
  const lines = runnable(GUIDES, 'explain').split('\n');
  const answers = await opened.page.evaluate((each) => each.map((line) => (0, eval)(line) as string), lines);
  expect(answers[0]).toMatch(/^Covered by/);
  expect(answers[1]).toMatch(/^Covered by/);
  expect(answers[2]).toMatch(/is a navigation/);
  expect(await get(opened.page, '/api/me')).toBe(200);
  await throughARefusal(opened, '/session/token');
});

test('every block of the guides that says that it is run is run here', () => {
  const named = blocksOf(GUIDES).flatMap(({ mark }) => /^run:(.+)$/.exec(mark)?.[1] ?? []);
  const run = ['dom', 'interceptor', 'heartbeat', 'mutex', 'acpt', 'spring', 'session', 'upload'];
  expect(named).toEqual([...run, 'websocket', 'logout', 'react', 'log', 'explain', 'status']);
});

import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { AppServer, Exchange } from '../browser/support/app-server.js';
import type { Realm } from '../browser/support/engine.js';
import { ALICE } from '../browser/support/world.js';
import { apiRequests, test } from './support/hosts-world.js';

const FIVE = [200, 200, 200, 200, 200];

const fetchFive = (app: Realm): Promise<number[]> =>
  app.evaluate(async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => appPage.answer('/api/echo')));
    return answers.map(({ status }) => status);
  });

/** Answers one path more, before what is answered anyway. */
function serve(app: AppServer, path: string, route: (exchange: Exchange) => Promise<void>): void {
  const { intercept } = app;
  app.intercept = async (exchange) => {
    if (exchange.seen.path !== path) return intercept?.(exchange) ?? false;
    await route(exchange);
    return true;
  };
}

function answer(
  { response }: Exchange,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
    .end(JSON.stringify(body));
}

/**
 * An authorization server for browser apps: the refresh token is in an HttpOnly cookie, good for one time; one that comes
 * twice ends the session, as a stolen one would.
 */
function serveOAuth(app: AppServer): { refreshes: number; replays: number; session: string | undefined } {
  const account = { refreshes: 0, replays: 0, session: undefined as string | undefined };
  const cookie = (): Record<string, string> => {
    account.session = randomUUID();
    return { 'set-cookie': `refresh=${account.session}; Path=/oauth; HttpOnly; SameSite=Strict` };
  };
  serve(app, '/oauth/login', (exchange) => Promise.resolve(answer(exchange, 200, {}, cookie())));
  serve(app, '/oauth/token', async (exchange) => {
    const { request, bodyText } = exchange;
    const form = new URLSearchParams(bodyText);
    const sent = /refresh=([^;]*)/.exec(request.headers.cookie ?? '')?.[1];
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
    if (!isForm || form.get('grant_type') !== 'refresh_token' || form.get('client_id') !== 'app') {
      answer(exchange, 400, { error: 'invalid_request' });
    } else if (sent !== account.session) {
      account.replays += 1;
      account.session = undefined;
      answer(exchange, 400, { error: 'invalid_grant' });
    } else {
      account.refreshes += 1;
      const headers = cookie();
      const { token } = await app.issuer.issue(ALICE, 300);
      answer(exchange, 200, { access_token: token, token_type: 'Bearer', expires_in: 300 }, headers);
    }
  });
  return account;
}

async function logIn(app: Realm): Promise<void> {
  await app.evaluate(() => appPage.answer('/oauth/login', { method: 'POST' }));
}

// Tried: without the option "identity" both tabs ask before they know that they are one user's; the second sends the
// cookie that was good for the first, and the session ends.
test('two tabs that open at once, a refresh token in a cookie that is good for one time: one refresh for both, and one after a refusal', async ({
  hosts,
}) => {
  const { app: server } = hosts.world;
  const oauth = serveOAuth(server);
  const tabs = [await hosts.openAlone(), await hosts.openAlone()];
  await logIn(tabs[0]!);
  await Promise.all(tabs.map((tab) => tab.evaluate(() => appPage.register('oauth', { identity: 'alice' }))));
  expect(await Promise.all(tabs.map(fetchFive))).toEqual([FIVE, FIVE]);
  expect(oauth).toMatchObject({ refreshes: 1, replays: 0 });
  server.issuer.revokeAll();
  expect(await Promise.all(tabs.map(fetchFive))).toEqual([FIVE, FIVE]);
  expect(oauth).toMatchObject({ refreshes: 2, replays: 0 });
  expect(apiRequests(server).filter((each) => each === 'good 200')).toHaveLength(20);
});

test('a refresh token that has been revoked: the app is told to log in, once, and why; after that it goes on', async ({
  hosts,
}) => {
  const { app: server } = hosts.world;
  const oauth = serveOAuth(server);
  const app = await hosts.openAlone();
  await logIn(app);
  await app.evaluate(() => appPage.register('oauth', { identity: 'alice' }));
  expect(await fetchFive(app)).toEqual(FIVE);
  oauth.session = 'another';
  server.issuer.revokeAll();
  expect(await fetchFive(app)).toEqual([401, 401, 401, 401, 401]);
  await expect.poll(() => app.evaluate(() => appPage.events)).toEqual(['reauthRequired']);
  expect(await app.evaluate(() => appPage.tokenError())).toMatchObject({
    code: 'provider-rejected',
    host: { message: 'The token endpoint /oauth/token answered 400 (invalid_grant).' },
  });
  await logIn(app);
  expect(await app.evaluate(() => appPage.tokenError())).toBeUndefined();
  expect(await fetchFive(app)).toEqual(FIVE);
});

// Webflow's API is a double; the exchange, its endpoint and the own token are all there is.
test('a host’s token is exchanged for the app’s own, which every request carries; a refused one is exchanged again, once', async ({
  hosts,
}) => {
  const { app: server } = hosts.world;
  const sent: string[] = [];
  const own = { ...ALICE, own: true };
  serve(server, '/session', async (exchange) => {
    const { idToken } = JSON.parse(exchange.bodyText) as { idToken: string };
    sent.push(idToken);
    const { verdict } = await server.issuer.judge([`Bearer ${idToken}`]);
    if (verdict !== 'good') answer(exchange, 401, {});
    else answer(exchange, 200, { token: (await server.issuer.issue(own, 300)).token });
  });
  const app = await hosts.open('one', ALICE);
  await app.evaluate(() => appPage.register('webflow'));
  expect(await fetchFive(app)).toEqual(FIVE);
  expect([app.hostCalls(), sent.length]).toEqual([1, 1]);
  server.issuer.revokeAll();
  expect(await fetchFive(app)).toEqual(FIVE);
  expect([app.hostCalls(), sent.length]).toEqual([2, 2]);
  const good = server.seen.at('/api/echo').filter(({ judgement }) => judgement.verdict === 'good');
  expect(good.map(({ judgement }) => judgement.claims?.['own'])).toEqual(Array<boolean>(10).fill(true));
  expect(
    sent.some((token) => server.seen.at('/api/echo').some((seen) => seen.authorization[0]?.endsWith(token))),
  ).toBe(false);
});

test('an endpoint that refuses the token which the host had kept gets another one, and the requests know nothing of it', async ({
  hosts,
}) => {
  const { app: server } = hosts.world;
  const statuses: number[] = [];
  serve(server, '/session', async (exchange) => {
    const isFirst = statuses.length === 0;
    statuses.push(isFirst ? 401 : 200);
    if (isFirst) answer(exchange, 401, {});
    else answer(exchange, 200, { token: (await server.issuer.issue(ALICE, 300)).token });
  });
  const app = await hosts.open('one', ALICE);
  await app.evaluate(() => appPage.register('webflow'));
  expect(await fetchFive(app)).toEqual(FIVE);
  expect([statuses, app.hostCalls()]).toEqual([[401, 200], 2]);
});

test('two tabs of one user whose own token is refused: one exchange for both', async ({ hosts }) => {
  const { app: server } = hosts.world;
  let exchanges = 0;
  serve(server, '/session', async (exchange) => {
    exchanges += 1;
    answer(exchange, 200, { token: (await server.issuer.issue(ALICE, 300)).token });
  });
  const tabs = [await hosts.open('one', ALICE), await hosts.open('two', ALICE)];
  for (const tab of tabs) {
    await tab.evaluate(() => appPage.register('webflow'));
    expect(await fetchFive(tab)).toEqual(FIVE);
  }
  const before = exchanges;
  server.issuer.revokeAll();
  expect(await Promise.all(tabs.map(fetchFive))).toEqual([FIVE, FIVE]);
  expect(exchanges).toBe(before + 1);
});

import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { findParts } from '../browser/support/token-parts.js';
import type { Holder } from '../browser/support/token-issuer.js';
import { apiRequests, test, type EmbeddedApp } from './support/hosts-world.js';
import type { HostName } from './support/hosts-page.js';

/**
 * What a host says of its user in each token, and what is new in each one: by a getter, since a token is made of what
 * is read.
 */
const SHOPIFY: Holder & Record<string, unknown> = {
  iss: 'https://shop.example/admin',
  dest: 'https://shop.example',
  aud: 'app',
  sub: '42',
  sid: 'session',
  get sig() {
    return randomUUID();
  },
};
const TEAMS: Holder & Record<string, unknown> = {
  iss: 'https://login.example/tenant/v2.0',
  sub: 'pairwise',
  aud: 'app',
  tid: 'tenant',
  oid: 'user',
  get uti() {
    return randomUUID();
  },
};
const PLAIN: Holder & Record<string, unknown> = { iss: 'host', sub: '42', dat: { account_id: 7 } };

interface Host {
  readonly name: HostName;
  readonly what: string;
  readonly holder: Holder;
  /** What the app is told where the host refuses with `resourceRequiresConsent`. */
  readonly refusal: RegExp;
  /** What it is told where the host's answer has no token. */
  readonly nothing: RegExp;
}

const CONSENT = /^resourceRequiresConsent$/;
const HOSTS: readonly Host[] = [
  {
    name: 'app-bridge-3',
    what: '@shopify/app-bridge 3',
    holder: SHOPIFY,
    // It says no more than this.
    refusal: /Failed to retrieve a session token/,
    nothing: /Failed to retrieve a session token/,
  },
  {
    name: 'monday',
    what: 'monday-sdk-js',
    holder: PLAIN,
    refusal: CONSENT,
    nothing: /without a session token/,
  },
  { name: 'teams', what: '@microsoft/teams-js', holder: TEAMS, refusal: CONSENT, nothing: /without a token/ },
  {
    name: 'shopify',
    what: 'a double of shopify.idToken',
    holder: SHOPIFY,
    refusal: CONSENT,
    nothing: /gave no token/,
  },
  { name: 'miro', what: 'a double of miro.board', holder: PLAIN, refusal: CONSENT, nothing: /gave no token/ },
  {
    name: 'firebase',
    what: 'a double of a Firebase user',
    holder: PLAIN,
    refusal: CONSENT,
    nothing: /no ID token/,
  },
  {
    name: 'supabase',
    what: 'a double of a Supabase client',
    holder: PLAIN,
    refusal: CONSENT,
    nothing: /no session/,
  },
];

const FIVE = [200, 200, 200, 200, 200];

const fetchFive = (app: EmbeddedApp): Promise<number[]> =>
  app.evaluate(async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => appPage.answer('/api/echo')));
    return answers.map(({ status }) => status);
  });

const register = (app: EmbeddedApp, name: HostName, options = {}): Promise<string> =>
  app.evaluate((host, given) => appPage.register(host, given), name, options);

const tokenError = (app: EmbeddedApp) => app.evaluate(() => appPage.tokenError());

// Tried: without registration every request is refused; and where the provider names no identity, the apps with new
// claims in each token (Shopify's and Teams') get the refusal, since the new token is then another user's.
describe.each(HOSTS)('in a frame of its host, an app with $what', ({ name, holder, refusal, nothing }) => {
  test('sends five requests with one token; all are refused, and sent again with one new one', async ({
    hosts,
  }) => {
    const { app: server } = hosts.world;
    const app = await hosts.open('one', holder);
    expect(await register(app, name)).toBe('service-worker');
    expect(await fetchFive(app)).toEqual(FIVE);
    expect(app.hostCalls()).toBe(1);
    server.issuer.revokeAll();
    expect(await fetchFive(app)).toEqual(FIVE);
    expect(app.hostCalls()).toBe(2);
    const seen = apiRequests(server);
    expect(seen.filter((each) => each === 'good 200')).toHaveLength(10);
    expect(new Set(seen)).toEqual(new Set(['good 200', 'revoked 401']));
  });

  test('in two tabs of one user: a refused token is replaced once for both', async ({ hosts }) => {
    const { app: server } = hosts.world;
    const tabs = [await hosts.open('one', holder), await hosts.open('two', holder)];
    for (const tab of tabs) {
      await register(tab, name);
      expect(await fetchFive(tab)).toEqual(FIVE);
    }
    const calls = (): number => tabs.reduce((sum, tab) => sum + tab.hostCalls(), 0);
    const before = calls();
    server.issuer.revokeAll();
    expect(await Promise.all(tabs.map(fetchFive))).toEqual([FIVE, FIVE]);
    expect(calls()).toBe(before + 1);
  });

  test('is told of a host that is silent, and goes on when it answers; the late token does no harm', async ({
    hosts,
  }) => {
    const { app: server } = hosts.world;
    const app = await hosts.open('one', holder);
    await register(app, name, { getTokenTimeoutSeconds: 2 });
    server.tokenHost.behave('one', { kind: 'hang' });
    expect(await tokenError(app)).toMatchObject({ code: 'provider-timeout' });
    server.tokenHost.behave('one', { kind: 'token', delayMs: 3000 });
    expect(await tokenError(app)).toMatchObject({ code: 'provider-timeout' });
    server.tokenHost.behave('one', { kind: 'token' });
    expect(await tokenError(app)).toBeUndefined();
    expect(await fetchFive(app)).toEqual(FIVE);
    expect(app.console.filter((line) => line.startsWith('uncaught'))).toEqual([]);
  });

  test('is told why the host refuses, and what to do where it gives nothing; nobody quotes a token', async ({
    hosts,
  }) => {
    const { app: server } = hosts.world;
    const app = await hosts.open('one', holder);
    await register(app, name);
    expect(await fetchFive(app)).toEqual(FIVE);
    server.tokenHost.behave('one', { kind: 'reject', message: 'resourceRequiresConsent' });
    const refused = await tokenError(app);
    expect(refused).toMatchObject({
      code: 'provider-rejected',
      host: { message: expect.stringMatching(refusal) as string },
    });
    server.tokenHost.behave('one', { kind: 'undefined' });
    const empty = await tokenError(app);
    expect(empty).toMatchObject({
      code: 'provider-rejected',
      host: { message: expect.stringMatching(nothing) as string },
    });
    // The token from before is good: requests go on with it.
    expect(await fetchFive(app)).toEqual(FIVE);
    const said = [refused?.host?.everything, empty?.host?.everything, ...app.console].join('\n');
    expect(
      findParts(
        server.issuer.issued.flatMap(({ token }) => token.split('.').slice(1)),
        said,
      ),
    ).toEqual([]);
  });
});

test('an app in Teams that needs consent is told so once; after it has been given, requests go', async ({
  hosts,
}) => {
  const { app: server } = hosts.world;
  const app = await hosts.open('one', TEAMS);
  server.tokenHost.behave('one', { kind: 'reject', message: 'resourceRequiresConsent' });
  await register(app, 'teams');
  expect(await fetchFive(app)).toEqual([401, 401, 401, 401, 401]);
  await expect.poll(() => app.evaluate(() => appPage.events)).toEqual(['reauthRequired']);
  expect(await tokenError(app)).toMatchObject({ host: { message: 'resourceRequiresConsent' } });
  server.tokenHost.behave('one', { kind: 'token' });
  expect(await tokenError(app)).toBeUndefined();
  expect(await fetchFive(app)).toEqual(FIVE);
});

test('an app in Teams that names its user itself, too: its requests go, and a refused token is replaced', async ({
  hosts,
}) => {
  const { app: server } = hosts.world;
  const app = await hosts.open('one', TEAMS);
  await register(app, 'teams', { identity: 'user' });
  expect(await fetchFive(app)).toEqual(FIVE);
  server.issuer.revokeAll();
  expect(await fetchFive(app)).toEqual(FIVE);
  expect(app.hostCalls()).toBe(2);
});

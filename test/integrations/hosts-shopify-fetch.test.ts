import { describe, expect } from 'vitest';
import type { AppServer } from '../browser/support/app-server.js';
import type { Holder } from '../browser/support/token-issuer.js';
import { test, type EmbeddedApp, type Hosts } from './support/hosts-world.js';

const HOLDER: Holder & Record<string, unknown> = { iss: 'shop', dest: 'https://shop', aud: 'app', sub: '42' };

interface Case {
  readonly inPage: 'fallback' | 'always';
  readonly order: 'before' | 'after';
  readonly ofCaller: 'kept' | 'replaced';
  /** How often a request that is always refused comes: tried again by App Bridge, by us, or by both. */
  readonly tries: number;
}

/**
 * App Bridge's runtime comes from Shopify's own servers only, so its patch of `fetch` is a double, after Shopify's
 * description; what that does not say is tried both ways: whether it keeps a header that its caller has set.
 */
const CASES: readonly Case[] = [
  { inPage: 'fallback', order: 'before', ofCaller: 'kept', tries: 2 },
  { inPage: 'fallback', order: 'before', ofCaller: 'replaced', tries: 2 },
  { inPage: 'fallback', order: 'after', ofCaller: 'kept', tries: 2 },
  { inPage: 'fallback', order: 'after', ofCaller: 'replaced', tries: 2 },
  { inPage: 'always', order: 'before', ofCaller: 'kept', tries: 2 },
  // Each of ours is one of App Bridge's, which tries it again itself.
  { inPage: 'always', order: 'before', ofCaller: 'replaced', tries: 4 },
  { inPage: 'always', order: 'after', ofCaller: 'kept', tries: 2 },
  { inPage: 'always', order: 'after', ofCaller: 'replaced', tries: 2 },
];

async function openApp(hosts: Hosts, how: Case): Promise<EmbeddedApp> {
  const { app: server } = hosts.world;
  const { intercept } = server;
  server.intercept = (exchange) => {
    exchange.response.setHeader('X-Shopify-Retry-Invalid-Session-Request', '1');
    return intercept?.(exchange) ?? false;
  };
  const app = await hosts.open('one', HOLDER);
  const patch = (): Promise<void> =>
    app.evaluate((of) => appPage.patchFetchAsAppBridgeDoes(of), how.ofCaller);
  if (how.order === 'before') await patch();
  await app.evaluate((inPage) => appPage.register('shopify', { inPage }), how.inPage);
  if (how.order === 'after') await patch();
  return app;
}

/** How many tokens each request brought, and what the server said. */
function arrivals(server: AppServer, path: string): string[] {
  return server.seen.at(path).map(({ authorization, judgement, status }) => {
    return `${authorization.length} ${judgement.verdict} ${status}`;
  });
}

describe.each(CASES)(
  'a double of App Bridge’s patch of fetch, put in $order registration with inPage $inPage; a header of its caller is $ofCaller',
  (how) => {
    test('every request carries one token; App Bridge’s own API is App Bridge’s', async ({ hosts }) => {
      const { app: server } = hosts.world;
      const app = await openApp(hosts, how);
      const init = { method: 'POST', body: '{"a":1}', headers: { 'Content-Type': 'application/json' } };
      const statuses = await app.evaluate(async (post) => {
        const answers = [await appPage.answer('/api/echo'), await appPage.answer('/api/report', post)];
        return answers.map(({ status }) => status);
      }, init);
      expect(statuses).toEqual([200, 200]);
      expect(await app.evaluate(() => appPage.image('/api/picture.png'))).toBeGreaterThan(0);
      expect(await app.evaluate(() => appPage.xhr('/api/upload'))).toBe(200);
      for (const path of ['/api/echo', '/api/report', '/api/picture.png', '/api/upload']) {
        expect(arrivals(server, path)).toEqual(['1 good 200']);
      }
      expect(server.seen.only('/api/report')).toMatchObject({ method: 'POST', bodyText: '{"a":1}' });
      expect(await app.evaluate(() => appPage.answer('shopify:admin/api/graphql.json'))).toMatchObject({
        status: 200,
        body: '{"admin":"shopify:admin/api/graphql.json"}',
      });
    });

    test('a refused request comes once more, with another token, and the page sees the second answer', async ({
      hosts,
    }) => {
      const { app: server } = hosts.world;
      const app = await openApp(hosts, how);
      const { status } = await app.evaluate(() =>
        appPage.answer('/api/refuse-once?x', { method: 'POST', body: 'kept' }),
      );
      expect(status).toBe(200);
      expect(arrivals(server, '/api/refuse-once')).toEqual(['1 good 401', '1 good 200']);
      const [first, second] = server.seen.at('/api/refuse-once');
      expect(second!.authorization).not.toEqual(first!.authorization);
      expect([first!.bodyText, second!.bodyText]).toEqual(['kept', 'kept']);
    });

    test(`a request that is always refused comes ${how.tries} times, and the page sees the refusal`, async ({
      hosts,
    }) => {
      const { app: server } = hosts.world;
      const app = await openApp(hosts, how);
      const { status } = await app.evaluate(() => appPage.answer('/api/refuse-always'));
      expect(status).toBe(401);
      expect(arrivals(server, '/api/refuse-always')).toEqual(Array(how.tries).fill('1 good 401'));
    });
  },
);

// The way that docs/hosts.md advises.
test('with App Bridge’s patch turned off, requests are ours: one token for all of them, one more after a refusal', async ({
  hosts,
}) => {
  const { app: server } = hosts.world;
  const app = await hosts.open('one', HOLDER);
  await app.evaluate(() => appPage.register('shopify'));
  const fetchThree = (): Promise<number[]> =>
    app.evaluate(async () => {
      const answers = await Promise.all([1, 2, 3].map(() => appPage.answer('/api/echo')));
      return answers.map(({ status }) => status);
    });
  expect(await fetchThree()).toEqual([200, 200, 200]);
  expect(app.hostCalls()).toBe(1);
  server.issuer.revokeAll();
  expect(await fetchThree()).toEqual([200, 200, 200]);
  expect(app.hostCalls()).toBe(2);
});

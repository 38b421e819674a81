import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { engineName } from './support/start-engine.js';
import { ALICE, test as base } from './support/world.js';

/** A host of somebody else's that a covered request is led to: CORS lets it read and expose whatever it likes. */
interface Abroad {
  readonly port: number;
  /** What reached it, preflights left out. */
  readonly received: { method: string; headers: IncomingHttpHeaders; body: string }[];
  status: number;
  headers: Record<string, string>;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, x-token, content-type',
  'access-control-expose-headers': 'x-acpt, date',
};

const test = base.extend('abroad', async ({}, { onCleanup }): Promise<Abroad> => {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', headers } = request;
      if (method === 'OPTIONS') return void response.writeHead(204, CORS).end();
      abroad.received.push({ method, headers, body });
      response.writeHead(abroad.status, { ...CORS, ...abroad.headers }).end('data: abroad\n\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const abroad: Abroad = { port, received: [], status: 200, headers: {} };
  onCleanup(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return abroad;
});

/** A covered path that redirects there. The two names are another port of the same site, and another site. */
function leadsTo({ port }: Abroad, host = 'localhost', status = 307): string {
  return `/api/open/redirect?status=${status}&to=${encodeURIComponent(`http://${host}:${port}/x`)}`;
}

const HOSTS = ['127.0.0.1', 'localhost'];

test.for([301, 302, 303, 307, 308])(
  'with a header of the app’s own, a %i to another origin takes no token there, of whatever kind the request is',
  async (status, { world, abroad }) => {
    const { app } = world;
    const tab = await world.openTab('a');
    await tab.register({ header: 'X-Token' });
    for (const host of HOSTS) {
      // Each has an address of its own, since a permanent redirect is cached.
      const path = leadsTo(abroad, host, status);
      await tab.fetch(`${path}&by=fetch`);
      await tab.fetch(`${path}&by=post`, { method: 'POST', body: 'x' });
      await tab.evaluate((url) => harness.image(url), `${path}&by=image`);
      await tab.evaluate((url) => harness.xhr(url).then(Boolean, Boolean), `${path}&by=xhr`);
    }

    // Each of them set out with the token.
    const hops = app.seen.at('/api/open/redirect');
    expect(hops).toHaveLength(8);
    const token = app.issuer.issued.at(-1)?.token;
    const carried = hops.map(({ headers }) => headers.filter(([name]) => name === 'x-token'));
    expect(carried).toEqual(hops.map(() => [['x-token', `Bearer ${token}`]]));
    const abroadGot = JSON.stringify(abroad.received);
    expect(abroadGot).not.toContain('x-token');
    expect(abroadGot).not.toContain('Bearer');
  },
);

test('with a header of the app’s own, an EventSource that is led to another origin takes no token there', async ({
  world,
  abroad,
}) => {
  const tab = await world.openTab('a');
  await tab.register({ header: 'X-Token' });
  abroad.headers = { 'content-type': 'text/event-stream' };
  await tab.evaluate(
    (url) =>
      new Promise<void>((resolve) => {
        const source = new EventSource(url);
        source.onerror = source.onmessage = () => {
          source.close();
          resolve();
        };
      }),
    leadsTo(abroad),
  );

  const [hop] = world.app.seen.at('/api/open/redirect');
  expect(hop?.headers.some(([name]) => name === 'x-token')).toBe(true);
  expect(JSON.stringify(abroad.received)).not.toContain('x-token');
});

test('with a header of the app’s own, requests and redirects within the origin are as without a worker', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  const paths = ['/api/open/echo', '/api/open/redirect?to=/api/open/echo'];
  const post = { method: 'POST', body: 'x', referrerPolicy: 'no-referrer' } as const;
  const ask = async () => {
    const answers = [
      await tab.fetch(paths[0]!),
      await tab.fetch(paths[0]!, post),
      await tab.fetch(paths[1]!),
    ];
    return answers.map(({ status, body, type, url, redirected }) => ({
      status,
      body,
      type,
      url,
      redirected,
    }));
  };
  const before = await ask();
  const seenBefore = world.app.seen.at('/api/open/echo').map(({ headers }) => Object.fromEntries(headers));
  await tab.register({ header: 'X-Token' });
  world.app.seen.clear();
  const after = await ask();

  expect(after).toEqual(before);
  const seen = world.app.seen.at('/api/open/echo').map(({ headers }) => Object.fromEntries(headers));
  expect(seen.map((headers) => headers['x-token'])).toEqual(seen.map(() => expect.any(String) as string));
  // The request goes out as `same-origin`, where Fetch has no Origin for a POST without a referrer; Chromium gives one.
  if (engineName !== 'chromium') seenBefore[1]!['origin'] = 'null';
  for (const name of ['referer', 'origin', 'content-type', 'content-length', 'cookie', 'accept']) {
    expect(seen.map((headers) => headers[name])).toEqual(seenBefore.map((headers) => headers[name]));
  }
});

test('a host that a request is led to plants no token by the header that the app’s own server may use', async ({
  world,
  abroad,
}) => {
  const { app } = world;
  const tab = await world.openTab('a');
  await tab.register({ tokenResponseHeader: 'X-acpt' });
  await tab.fetch('/api/echo');
  // Issued in a later second than the current one, so that it would be the newer of the two.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const planted = (await app.issuer.issue({ iss: 'evil', sub: 'mallory' }, 300)).token;
  for (const token of [planted, 'attackers-opaque-token']) {
    abroad.headers = { 'x-acpt': token };
    for (const host of HOSTS) {
      expect(await tab.fetch(leadsTo(abroad, host))).toMatchObject({ status: 200, body: 'data: abroad\n\n' });
    }
    await tab.fetch('/api/echo', { method: 'POST', body: 'for the eyes of the server' });
  }

  expect(abroad.received).toHaveLength(4);
  expect(app.seen.at('/api/echo').map(({ judgement }) => judgement.claims?.sub)).toEqual(
    Array(3).fill(ALICE.sub),
  );
  expect(await tab.evaluate(() => harness.dumpStorage())).not.toContain('attackers-opaque-token');
});

test('a host that a request is led to moves no clock and ends no session by a 401 and a Date', async ({
  world,
  abroad,
}) => {
  const { app } = world;
  const tab = await world.openTab('a');
  await tab.register();
  await tab.fetch('/api/echo');
  abroad.status = 401;
  abroad.headers = { date: new Date(Date.now() + 40 * 3600_000).toUTCString() };
  tab.behave({ kind: 'reject', message: 'offline' });
  const calls = app.tokenHost.calls.length;
  expect(await tab.fetch(leadsTo(abroad))).toMatchObject({ status: 401 });

  expect(await tab.evaluate(() => harness.registrations.at().getStatus())).toMatchObject({
    state: 'fresh',
    clockSkewSeconds: 0,
  });
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(app.tokenHost.calls).toHaveLength(calls);
  expect(app.seen.at('/api/open/redirect')).toHaveLength(1);
  expect(await tab.events('reauthRequired')).toEqual([]);
});

test('60 · a redirect within the origin to a path that is not covered is told to the page, with that path alone', async ({
  world,
}) => {
  const { app } = world;
  const tab = await world.openTab('a');
  await tab.register({ exclude: ['/api/open/upload'] });
  await tab.fetch('/api/open/redirect?to=/api/open/echo');
  for (const to of ['/other/echo?secret=1', '/api/open/upload']) {
    expect(await tab.fetch(`/api/open/redirect?to=${encodeURIComponent(to)}`)).toMatchObject({ status: 200 });
  }
  await expect.poll(async () => (await tab.events('requestSkipped')).length).toBe(2);

  expect((await tab.events('requestSkipped')).map(({ detail }) => detail)).toEqual([
    { why: 'redirected-outside', url: `${app.origin}/other/echo` },
    { why: 'redirected-outside', url: `${app.origin}/api/open/upload` },
  ]);
});

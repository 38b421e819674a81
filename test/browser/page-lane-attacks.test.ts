import { expect } from 'vitest';
import { test } from './support/faults.js';
import type { Faults } from './support/faults.js';
import { MODE_CHANGE } from './support/tab.js';
import type { Tab } from './support/tab.js';
import { findParts } from './support/token-parts.js';
import { BOB, onlyIn } from './support/world.js';
import type { World } from './support/world.js';

interface Sent {
  readonly xhr: XMLHttpRequest;
  readonly log: string[];
}

/** What a test keeps in the page between two looks at it. */
type Kept = typeof globalThis & { sent: Sent[] };

async function laneTab(world: World, options = {}): Promise<Tab> {
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a');
  expect(await tab.register(options)).toBe('page');
  return tab;
}

/** A path of another origin that lets in whatever comes, preflights too; says its address. */
function trap({ app }: World, { network }: Faults): string {
  network.add(({ seen, response }) => {
    if (seen.path !== '/take') return false;
    const open = {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'authorization, x-token',
    };
    response.writeHead(200, open).end('taken');
    return true;
  });
  return `${app.elsewhere}/take`;
}

/** The requests that fell into the trap, with what they carried or announced of a token. */
const trapped = ({ app }: World): string[] =>
  app.seenElsewhere.all.map(({ method, headers }) => {
    const asked = headers.find(([name]) => name === 'access-control-request-headers')?.[1] ?? '';
    const names = [...headers.map(([name]) => name), ...asked.split(',')];
    return [method, ...names.filter((name) => /^(authorization|x-token)$/.test(name))].join(' ');
  });

const sendXhr = (tab: Tab, method: string, url: string): Promise<void> =>
  tab.evaluate(
    (method, url) => {
      const xhr = new XMLHttpRequest();
      const log: string[] = [];
      for (const type of ['readystatechange', 'load', 'error', 'abort', 'loadend']) {
        xhr.addEventListener(type, () => log.push(`${type} ${xhr.readyState}`));
      }
      ((globalThis as Kept).sent ??= []).push({ xhr, log });
      xhr.open(method, url);
      xhr.send(method === 'POST' ? 'pay' : null);
    },
    method,
    url,
  );

/** Lets the provider answer, and returns when all that waited for it has been decided. */
async function letGo(tab: Tab, held: { release(): void }): Promise<void> {
  const calls = tab.providerCalls.length + 1;
  held.release();
  const answered = (): number =>
    performance.getEntriesByType('resource').filter(({ name }) => name.includes('/mint')).length;
  await expect.poll(() => tab.evaluate(answered)).toBeGreaterThanOrEqual(calls);
  await expect.poll(() => tab.evaluate(async () => (await navigator.locks.query()).held?.length)).toBe(0);
  await tab.fetch('/other/echo');
}

async function giveWay(world: World, tab: Tab, options = {}): Promise<void> {
  world.app.workerScript = 'built';
  const other = await world.openTab('b', { holder: BOB });
  expect(await other.register(options)).toBe('service-worker');
  await expect
    .poll(() => tab.evaluate(() => harness.registrations.at().mode), MODE_CHANGE)
    .toBe('service-worker');
}

const WAYS_OUT: Readonly<Record<string, (world: World, tab: Tab) => Promise<unknown>>> = {
  'gives way to a worker': (world, tab) => giveWay(world, tab),
  'is disposed': (_, tab) => tab.evaluate(() => harness.registrations.at().dispose()),
  'is registered with other options': (_, tab) => tab.register({ include: ['/api/', '/more/'] }),
};

test('a header of the app’s own, an XHR redirected to another origin: the token stays here', async ({
  world,
  faults,
}) => {
  const to = encodeURIComponent(trap(world, faults));
  const tab = await laneTab(world, { header: 'X-Token' });
  await tab.fetch('/api/open/echo');
  expect(world.app.seen.only('/api/open/echo').headers.map(([name]) => name)).toContain('x-token');
  await tab.evaluate((url) => harness.xhr(url), `/api/open/redirect?to=${to}`);
  expect(trapped(world)).toEqual(['GET']);
});

for (const [how, leave] of Object.entries(WAYS_OUT)) {
  test(`the page ${how} while an XHR waits, and opens it for another origin: nothing is sent, and then without a token`, async ({
    world,
    faults,
  }) => {
    const to = trap(world, faults);
    const tab = await laneTab(world);
    const held = faults.network.hold('/mint');
    await sendXhr(tab, 'GET', '/api/open/report');
    await held.arrived;
    await leave(world, tab);
    await tab.evaluate((url) => (globalThis as Kept).sent[0]!.xhr.open('GET', url), to);
    await letGo(tab, held);
    expect(trapped(world)).toEqual([]);
    await tab.evaluate(() => (globalThis as Kept).sent[0]!.xhr.send());
    await expect.poll(() => trapped(world)).toEqual(['GET']);
    expect(world.app.seen.at('/api/open/report')).toEqual([]);
  });

  test(`the page ${how} while one XHR waits and another waits to be sent again: aborted, both end and neither is sent`, async ({
    world,
    faults,
  }) => {
    const tab = await laneTab(world);
    await tab.fetch('/api/echo');
    const held = faults.network.hold('/mint');
    await sendXhr(tab, 'POST', '/api/refuse-once');
    await held.arrived;
    await sendXhr(tab, 'GET', '/api/open/report');
    await leave(world, tab);
    const ends = await tab.evaluate(() =>
      (globalThis as Kept).sent.map(({ xhr, log }) => {
        xhr.abort();
        return [...log.slice(-3), xhr.readyState];
      }),
    );
    const end = ['readystatechange 4', 'abort 4', 'loadend 4', 0];
    expect(ends).toEqual([end, end]);
    await letGo(tab, held);
    expect(world.app.seen.at('/api/refuse-once')).toHaveLength(1);
    expect(world.app.seen.at('/api/open/report')).toEqual([]);
  });
}

test('an XHR opened before dispose and sent after it, under another’s patch: no token', async ({ world }) => {
  const tab = await laneTab(world);
  await tab.fetch('/api/echo');
  await tab.evaluate(() => {
    const { prototype } = XMLHttpRequest;
    const below = Object.getOwnPropertyDescriptor(prototype, 'send')!.value as XMLHttpRequest['send'];
    prototype.send = function (body) {
      below.call(this, body);
    };
    const xhr = new XMLHttpRequest();
    xhr.open('GET', '/api/open/report');
    harness.registrations.at().dispose();
    xhr.send();
  });
  await expect.poll(() => world.app.seen.at('/api/open/report').length).toBe(1);
  expect(world.app.seen.only('/api/open/report').authorization).toEqual([]);
});

test('the page changes its URL object, or its own address, after sending an XHR: the retry goes where the first went', async ({
  world,
  faults,
}) => {
  const to = trap(world, faults);
  const tab = await laneTab(world);
  await tab.fetch('/api/echo');
  const statuses = await tab.evaluate((elsewhere) => {
    const send = (url: URL | string, change: () => void): Promise<number> =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.open('DELETE', url);
        xhr.onloadend = () => resolve(xhr.status);
        xhr.send();
        change();
      });
    const [next, foreign] = [1, 2].map((page) => new URL(`/api/refuse-once?page=${page}`, location.href));
    return Promise.all([
      send(next!, () => next!.searchParams.set('page', '9')),
      send(foreign!, () => (foreign!.href = elsewhere)),
      send('api/refuse-once?page=3', () => history.pushState(null, '', '/deep/route/?tab=a')),
    ]);
  }, to);
  expect(statuses).toEqual([200, 200, 200]);
  const urls = world.app.seen.all.filter(({ method }) => method === 'DELETE').map(({ url }) => url);
  expect(urls.sort()).toEqual([1, 1, 2, 2, 3, 3].map((page) => `/api/refuse-once?page=${page}`));
  expect(trapped(world)).toEqual([]);
});

test('an address that reads differently each time is read once, and the token goes by what it said', async ({
  world,
  faults,
}) => {
  const to = trap(world, faults);
  const tab = await laneTab(world);
  await tab.fetch('/api/echo');
  const readings = (first: string, then: string): Promise<unknown> =>
    tab.evaluate(
      (first, then) =>
        new Promise((resolve) => {
          let count = 0;
          const xhr = new XMLHttpRequest();
          xhr.open('GET', { toString: () => (count++ === 0 ? first : then) } as unknown as URL);
          xhr.onloadend = () => resolve(count);
          xhr.send();
        }),
      first,
      then,
    );
  expect(await readings(to, '/api/open/echo')).toBe(1);
  expect(trapped(world)).toEqual(['GET']);
  expect(await readings('/api/open/echo', to)).toBe(1);
  expect(trapped(world)).toEqual(['GET']);
  expect(world.app.seen.only('/api/open/echo').authorization).toHaveLength(1);
});

/** What a fetch by the page and an image by the worker carry from now on. */
async function carried(world: World, tab: Tab): Promise<(string | undefined)[]> {
  world.app.seen.clear();
  await tab.fetch('/api/open/echo');
  // A picture that the page has seen before would come out of its memory.
  await tab.evaluate(() => harness.image(`/api/picture.png?${performance.now()}`));
  return ['/api/open/echo', '/api/picture.png'].map((path) => {
    const { authorization, judgement } = world.app.seen.only(path);
    return authorization.length === 0 ? undefined : (judgement.claims?.iss ?? 'somebody');
  });
}

/** That this page is logged out: its next request has no token, and its provider is left alone. */
async function expectLoggedOut(world: World, tab: Tab): Promise<void> {
  world.app.seen.clear();
  world.app.tokenHost.calls.length = 0;
  await tab.fetch('/api/open/echo');
  expect(world.app.seen.only('/api/open/echo').authorization).toEqual([]);
  expect(tab.providerCalls).toEqual([]);
}

test("inPage: 'always', the user switches: fetch and image both carry the new user's token", async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register({ inPage: 'always' });
  await carried(world, tab);
  world.app.tokenHost.switchTo('a', BOB);
  await tab.getAccessToken({ forceRefresh: true });
  expect(await carried(world, tab)).toEqual([BOB.iss, BOB.iss]);
});

const HARD_TO_REACH: Readonly<Record<string, (tab: Tab) => unknown>> = {
  'an opaque token without identity': (tab) => tab.behave({ kind: 'opaque' }),
  'a page whose IndexedDB throws': (tab) =>
    tab.evaluate(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('Storage is blocked.', 'SecurityError');
      };
    }),
};
for (const [what, prepare] of Object.entries(HARD_TO_REACH)) {
  test(`inPage: 'always', ${what}: after logout neither fetch nor image carries a token`, async ({
    world,
  }) => {
    const tab = await world.openTab('a');
    await prepare(tab);
    await tab.register({ inPage: 'always' });
    expect(await carried(world, tab)).not.toContain(undefined);
    await tab.logout();
    expect(await carried(world, tab)).toEqual([undefined, undefined]);
  });
}

test('a page in its own lane without BroadcastChannel, logout in a tab with the worker: no old token, and it is told', async ({
  world,
}) => {
  const other = await world.openTab('a');
  await other.register();
  await other.fetch('/api/echo');
  const tab = await world.openTab('b');
  await tab.evaluate(() => void Reflect.deleteProperty(globalThis, 'BroadcastChannel'));
  await tab.register({ inPage: 'always' });
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  await other.logout();
  world.app.seen.clear();
  await tab.fetch('/api/open/echo');
  expect(world.app.seen.only('/api/open/echo').authorization).toEqual([]);
  await expect.poll(async () => (await tab.events('loggedOut')).length).toBe(1);
});

for (const [whose, own, others] of [
  ['derived', {}, {}],
  ['named', { identity: 'alice' }, { identity: 'bob' }],
] as const) {
  test(`a page in its own lane logs out (${whose} identity), then another user brings a worker: it stays logged out`, async ({
    world,
  }) => {
    const tab = await laneTab(world, own);
    await tab.fetch('/api/echo');
    await tab.logout();
    await giveWay(world, tab, others);
    await expectLoggedOut(world, tab);
  });
}

onlyIn(test, 'chromium')(
  'logout, and the server clears the site’s data with the worker: the lane that comes up is logged out',
  async ({ world }) => {
    const tab = await world.openTab('a');
    await tab.register();
    await tab.fetch('/api/echo');
    await tab.logout();
    world.app.workerScript = 'missing';
    await tab.evaluate(() => fetch('/forget'));
    await expect.poll(() => tab.evaluate(() => harness.registrations.at().mode), MODE_CHANGE).toBe('page');
    await expectLoggedOut(world, tab);
  },
);

onlyIn(test, 'chromium')(
  'the server clears the site’s data with the worker, and then the app logs out: it resolves, is told, and the lane is logged out',
  async ({ world }) => {
    const tab = await world.openTab('a');
    await tab.register();
    await tab.fetch('/api/echo');
    world.app.workerScript = 'missing';
    await tab.evaluate(async () => {
      await fetch('/forget');
      await harness.registrations.at().logout();
    });
    expect(await tab.settledEvents('loggedOut')).toMatchObject([{ detail: { origin: 'local' } }]);
    await expectLoggedOut(world, tab);
    await tab.logout();
  },
);

onlyIn(test, 'chromium')(
  'the lane has taken over from a worker that is gone, and the app logs out: it resolves, and is told',
  async ({ world }) => {
    const tab = await world.openTab('a');
    await tab.register();
    await tab.fetch('/api/echo');
    world.app.workerScript = 'missing';
    await tab.evaluate(() => fetch('/forget'));
    await expect.poll(() => tab.evaluate(() => harness.registrations.at().mode), MODE_CHANGE).toBe('page');
    await tab.fetch('/api/echo');
    await tab.logout();
    expect(await tab.settledEvents('loggedOut')).toMatchObject([{ detail: { origin: 'local' } }]);
    await expectLoggedOut(world, tab);
  },
);

test("inPage: 'always', another tab has removed the worker, which knows nobody any more: a logout resolves, and is told", async ({
  world,
}) => {
  const tab = await world.openTab('a');
  await tab.register({ inPage: 'always' });
  await tab.fetch('/api/echo');
  const other = await world.openTab('b');
  await other.register();
  await other.evaluate(() => harness.registrations.at().unregister());
  await tab.logout();
  expect(await tab.settledEvents('loggedOut')).toMatchObject([{ detail: { origin: 'local' } }]);
  await expectLoggedOut(world, tab);
});

for (const way of ['a request', 'a forced refresh'] as const) {
  test(`${way} waits on the page’s own lane, and the page unregisters: no token is stored after that`, async ({
    world,
    faults,
  }) => {
    world.app.workerScript = 'missing';
    const tab = await world.openTab('a');
    await tab.register();
    const held = faults.network.hold('/mint');
    const waiting = tab.evaluate((forced) => {
      const { registrations, answer } = harness;
      return (forced ? registrations.getAccessToken({ forceRefresh: true }) : answer('/api/echo')).then(
        () => 'over',
      );
    }, way === 'a forced refresh');
    await held.arrived;
    await tab.evaluate(() => harness.registrations.at().unregister());
    held.release();
    expect(await waiting).toBe('over');
    const issued = (): string[] => world.app.issuer.issued.map(({ token }) => token);
    await expect.poll(issued).not.toEqual([]);
    // Long enough for a token on its way to be stored.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const tokens = issued();
    expect(findParts(tokens, await tab.evaluate(() => harness.dumpStorage()))).toEqual([]);
  });
}

for (const mode of ['page', 'service-worker']) {
  test(`${mode}: logout while the first token of all is on its way: those that wait for it go without`, async ({
    world,
    faults,
  }) => {
    if (mode === 'page') world.app.workerScript = 'missing';
    const tab = await world.openTab('a');
    expect(await tab.register()).toBe(mode);
    const held = faults.network.hold('/mint');
    const going = tab.evaluate(() =>
      Promise.all([harness.xhr('/api/open/echo'), harness.answer('/api/open/report')]),
    );
    await held.arrived;
    // It has been called when the token goes on its way.
    await tab.evaluate(
      () => Object.assign(self, { leaving: harness.registrations.at().logout() }) && undefined,
    );
    held.release();
    await Promise.all([tab.evaluate(() => (self as never as { leaving: Promise<void> }).leaving), going]);
    expect(world.app.seen.at('/api/open/echo')).toHaveLength(1);
    expect(world.app.seen.at('/api/open/report')).toHaveLength(1);
    expect(world.app.seen.all.flatMap(({ authorization }) => authorization)).toEqual([]);
  });
}

import { expect } from 'vitest';
import { test } from './support/faults.js';
import type { Tab } from './support/tab.js';
import { ALICE } from './support/world.js';
import type { World } from './support/world.js';

async function laneTab(world: World, options = {}): Promise<Tab> {
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a');
  expect(await tab.register(options)).toBe('page');
  return tab;
}

test('XHR that waits for its token sends the body as it was when the page sent it', async ({
  world,
  faults,
}) => {
  const tab = await laneTab(world);
  await tab.evaluate(() => harness.xhrLog('/other/echo', { method: 'POST', body: 'buffer' }));
  const held = faults.network.hold('/mint');
  const sent = tab.evaluate(() =>
    harness.xhrLog('/api/open/echo', { method: 'POST', body: 'buffer', then: 'change-body' }),
  );
  await held.arrived;
  held.release();
  await sent;
  const { body, authorization } = world.app.seen.only('/api/open/echo');
  expect(authorization).toHaveLength(1);
  expect(body).toEqual(world.app.seen.only('/other/echo').body);
});

test('fetch with a signal that is aborted already rejects without a call of the provider', async ({
  world,
}) => {
  const tab = await laneTab(world);
  tab.behave({ kind: 'hang' });
  const reason = await tab.evaluate(() =>
    fetch('/api/echo', { signal: AbortSignal.abort('changed my mind') }).then(
      () => 'answered',
      (error: unknown) => error,
    ),
  );
  expect(reason).toBe('changed my mind');
  expect(tab.providerCalls).toEqual([]);
  expect(world.app.seen.at('/api/echo')).toEqual([]);
});

test('a Request of another frame, and one where the app has a Request of its own, arrive as what they are', async ({
  world,
}) => {
  const tab = await laneTab(world);
  await tab.evaluate(async () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const { Request: Foreign } = frame.contentWindow as unknown as typeof globalThis;
    const early = (path: string): Request => new Request(path, { method: 'POST', body: 'x' });
    const native = [early('/other/echo?native'), early('/api/open/echo?native')];
    const foreign = ['/other/echo?foreign', '/api/open/echo?foreign'].map(
      (path) => new Foreign(new URL(path, location.href), { method: 'POST', body: 'x' }),
    );
    globalThis.Request = class extends Request {};
    for (const request of [...native, ...foreign]) await fetch(request);
  });
  const arrived = ['/other/echo', '/api/open/echo'].map((path) =>
    world.app.seen
      .at(path)
      .map(({ method, url, body, authorization }) => [
        method,
        url.split('?')[1],
        body.bytes,
        authorization.length,
      ]),
  );
  expect(arrived).toEqual([
    [
      ['POST', 'native', 1, 0],
      ['POST', 'foreign', 1, 0],
    ],
    [
      ['POST', 'native', 1, 1],
      ['POST', 'foreign', 1, 1],
    ],
  ]);
});

test('fetch has the length that it has without us, and rejects no arguments and a symbol as without us', async ({
  world,
}) => {
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a');
  const look = (): Promise<unknown[]> =>
    tab.evaluate(async () => {
      const given = fetch as (...given: unknown[]) => Promise<Response>;
      const said = (...args: unknown[]): Promise<string> =>
        given(...args).then(({ status }) => String(status), String);
      return [fetch.length, await said(), await said(Symbol('s'))];
    });
  const without = await look();
  await tab.register();
  expect(await look()).toEqual(without);
});

test('XHR: its timeout runs on while a refused request waits to be sent again', async ({ world, faults }) => {
  const tab = await laneTab(world);
  await tab.fetch('/api/echo');
  const held = faults.network.hold('/mint');
  const { events, status } = await tab.evaluate(() => harness.xhrLog('/api/refuse-once', { timeoutMs: 500 }));
  held.release();
  expect(events.slice(-3)).toEqual(['readystatechange 4', 'timeout 4', 'loadend 4']);
  expect(status).toBe(0);
  await tab.fetch('/api/echo');
  expect(world.app.seen.at('/api/refuse-once')).toHaveLength(1);
});

test('XHR: an abort handler that opens and sends it anew gets the answer of the new one', async ({
  world,
  faults,
}) => {
  const tab = await laneTab(world);
  const held = faults.network.hold('/mint');
  const ended = tab.evaluate(
    () =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.onabort = () => {
          xhr.onabort = null;
          xhr.open('GET', '/other/echo');
          xhr.send();
        };
        xhr.onload = () => resolve([xhr.readyState, xhr.status, new URL(xhr.responseURL).pathname]);
        xhr.open('GET', '/api/open/report');
        xhr.send();
        Object.assign(globalThis, { xhr });
      }),
  );
  await held.arrived;
  await tab.evaluate(() => (globalThis as unknown as { xhr: XMLHttpRequest }).xhr.abort());
  expect(await ended).toEqual([4, 200, '/other/echo']);
  held.release();
});

test('XHR POST redirected (307) to another origin: the browser asks there as it does without us', async ({
  world,
  faults,
}) => {
  const tab = await laneTab(world);
  await tab.fetch('/api/echo');
  faults.network.add(({ seen, response }) => {
    if (seen.path !== '/take') return false;
    response.writeHead(seen.method === 'OPTIONS' ? 404 : 200, { 'access-control-allow-origin': '*' }).end();
    return true;
  });
  const to = encodeURIComponent(`${world.app.elsewhere}/take`);
  for (const root of ['/other', '/api']) {
    const { status } = await tab.evaluate(
      (url) => harness.xhr(url, { method: 'POST', body: 'x' }),
      `${root}/redirect?status=307&to=${to}`,
    );
    expect(status, root).toBe(200);
  }
  expect(world.app.seenElsewhere.all.map(({ method }) => method)).toEqual(['POST', 'POST']);
});

test('XHR: loadstart comes with send(), an object is of its constructor, and an open() that throws leaves the request alone', async ({
  world,
  faults,
}) => {
  const tab = await laneTab(world);
  const held = faults.network.hold('/mint');
  const ended = tab.evaluate(
    () =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        const seen: unknown[] = [xhr.constructor === XMLHttpRequest];
        xhr.onloadstart = () => seen.push('loadstart');
        xhr.open('GET', '/api/echo');
        xhr.send();
        seen.push('sent');
        try {
          xhr.open('GET', 'http://[');
        } catch (error) {
          seen.push((error as Error).name);
        }
        xhr.onloadend = () => resolve([...seen, xhr.status]);
      }),
  );
  await held.arrived;
  held.release();
  expect(await ended).toEqual([true, 'loadstart', 'sent', 'SyntaxError', 200]);
});

test('a no-cors fetch of the page’s own origin carries the token', async ({ world }) => {
  const tab = await laneTab(world);
  await tab.fetch('/api/open/echo', { mode: 'no-cors' });
  expect(world.app.seen.only('/api/open/echo').authorization).toHaveLength(1);
});

test('a sandboxed frame of no origin: a token that fetch is refused with is replaced', async ({ world }) => {
  const [frame] = await world.openFrames({ inner: ALICE }, 'allow-scripts');
  expect(await frame!.register()).toBe('page');
  await frame!.fetch('/api/shared');
  world.app.issuer.revokeAll();
  expect(await frame!.fetch('/api/shared')).toMatchObject({ status: 200 });
  expect(frame!.providerCalls).toHaveLength(2);
});

test('the controller goes and is back at once: the page is not left in a lane of its own', async ({
  world,
}) => {
  const tab = await world.openTab('a');
  expect(await tab.register()).toBe('service-worker');
  const modes = await tab.evaluate(() => {
    const container = navigator.serviceWorker;
    const own = harness.registrations.at();
    const seen: string[] = [];
    own.addEventListener('statusChange', () => seen.push(own.mode));
    Object.defineProperty(container, 'controller', { value: null, configurable: true });
    container.dispatchEvent(new Event('controllerchange'));
    Reflect.deleteProperty(container, 'controller');
    container.dispatchEvent(new Event('controllerchange'));
    return seen;
  });
  expect(modes).toEqual([]);
  // The lane's code is loaded by now, if it is to be.
  await expect
    .poll(() => tab.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name)))
    .toContainEqual(expect.stringContaining('/chunks/page-lane'));
  expect(await tab.fetch('/api/echo')).toMatchObject({ status: 200 });
  expect(await tab.evaluate(() => harness.registrations.at().mode)).toBe('service-worker');
  expect(await tab.evaluate(() => String(fetch))).toContain('[native code]');
});

test('a lane asks for an opaque token and is frozen, another gets a newer one: thawed, both send the newer', async ({
  world,
  faults,
}) => {
  world.app.workerScript = 'missing';
  const [frozen, other] = [await world.openTab('a'), await world.openTab('b')];
  for (const tab of [frozen, other]) {
    tab.behave({ kind: 'opaque' });
    await tab.register({ identity: 'x' });
  }
  let letGo!: () => void;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  const isHeld = new Promise<string>((resolve) => {
    faults.network.add(async ({ seen, response }) => {
      if (seen.path !== '/mint' || !seen.url.includes('tab=a')) return false;
      // The host has made it before the other asks.
      const minted = await world.app.tokenHost.mint('a', 'initial');
      resolve((minted as { token: string }).token);
      await released;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(minted));
      return true;
    });
  });
  await frozen.evaluate(() => void harness.answer('/api/open/report'));
  const old = await isHeld;
  await frozen.page.freeze();
  await other.fetch('/api/open/echo');
  letGo();
  await frozen.page.thaw();
  await expect.poll(() => world.app.seen.at('/api/open/report').length).toBe(1);
  world.app.seen.clear();
  for (const tab of [frozen, other]) await tab.fetch('/api/open/echo');
  const sent = world.app.seen.at('/api/open/echo').flatMap(({ authorization }) => authorization);
  expect(sent).toHaveLength(2);
  expect(sent[0]).toBe(sent[1]);
  expect(sent[0]).not.toBe(`Bearer ${old}`);
});

test('a rule for POST only: a redirect inside it is not told as one that leads outside', async ({
  world,
}) => {
  const tab = await laneTab(world, { include: [{ path: '/api/', methods: ['POST'] }] });
  for (const to of ['/api/echo', '/other/echo']) {
    await tab.fetch(`/api/redirect?status=307&to=${to}`, { method: 'POST', body: 'x' });
  }
  // They come in order: what was told of the first would be before the second.
  await expect.poll(async () => (await tab.events('requestSkipped')).length).toBeGreaterThan(0);
  expect(await tab.events('requestSkipped')).toHaveLength(1);
});

test('an XHR to another origin whose `upload` is merely looked at is the simple request that it is without us', async ({
  world,
  faults,
}) => {
  const tab = await laneTab(world);
  faults.network.add(({ seen, response }) => {
    if (seen.path !== '/take') return false;
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end();
    return true;
  });
  const status = await tab.evaluate(
    (url) =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.onloadend = () => resolve(xhr.status);
        xhr.open('POST', url);
        if (xhr.upload) xhr.send('x');
      }),
    `${world.app.elsewhere}/take`,
  );
  expect(status).toBe(200);
  expect(world.app.seenElsewhere.all.map(({ method }) => method)).toEqual(['POST']);
});

import { expect } from 'vitest';
import type { Tab } from './support/tab.js';
import { test } from './support/world.js';
import type { World } from './support/world.js';

/** What a patch of `fetch` that was there before us has been given. */
interface Below {
  readonly given: Request[];
}

/** A page whose `fetch` was patched before it took its own lane. */
async function laneAbove(world: World, patch: () => void): Promise<Tab> {
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a');
  await tab.evaluate(patch);
  expect(await tab.register()).toBe('page');
  return tab;
}

/** As an offline queue does: it keeps what it is given, and heeds no signal. */
function queueAll(): void {
  const { fetch } = globalThis;
  const below: Below = { given: [] };
  Object.assign(globalThis, { below });
  globalThis.fetch = (input, init) => {
    if (input instanceof Request && input.url.includes('/api/')) below.given.push(input);
    return fetch(input, init);
  };
}

const givenBelow = (tab: Tab): Promise<string[]> =>
  tab.evaluate(() => (globalThis as unknown as { below: Below }).below.given.map(({ url }) => url));

test('aborted while it waits for a token, a request reaches no patch below, which may heed no signal', async ({
  world,
}) => {
  const tab = await laneAbove(world, queueAll);
  tab.behave({ kind: 'token', delayMs: 500 });
  const outcome = await tab.evaluate(async () => {
    const controller = new AbortController();
    const sent = fetch('/api/echo', { method: 'POST', body: 'x', signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    return sent.then(String, ({ name }: Error) => name);
  });
  expect(outcome).toBe('AbortError');
  expect(await tab.fetch('/api/report')).toMatchObject({ status: 200 });
  expect((await givenBelow(tab)).map((url) => new URL(url).pathname)).toEqual(['/api/report']);
});

test('what is sent again is another request to a patch below, which may know the first', async ({
  world,
}) => {
  const tab = await laneAbove(world, queueAll);
  expect(await tab.fetch('/api/refuse-once')).toMatchObject({ status: 200 });
  const headers = await tab.evaluate(() => {
    const [first, second, ...more] = (globalThis as unknown as { below: Below }).below.given;
    const tokens = [first, second].map((request) => request?.headers.get('authorization'));
    return { areTwo: first !== second && more.length === 0, areOther: tokens[0] !== tokens[1] };
  });
  expect(headers).toEqual({ areTwo: true, areOther: true });
});

test('a patch below that answers with an object of its own is heard', async ({ world }) => {
  const tab = await laneAbove(world, () => {
    const { fetch } = globalThis;
    globalThis.fetch = (input, init) =>
      input instanceof Request && input.url.endsWith('/api/mocked')
        ? Promise.resolve({
            status: 200,
            headers: new Headers(),
            text: () => 'mocked',
          } as unknown as Response)
        : fetch(input, init);
  });
  expect(await tab.evaluate(async () => (await fetch('/api/mocked')).text())).toBe('mocked');
});

test('a header that a patch below sets as it opens or sends an XHR is there once, also when it is sent again', async ({
  world,
}) => {
  const tab = await laneAbove(world, () => {
    const prototype = XMLHttpRequest.prototype as {
      open: (this: XMLHttpRequest, ...given: unknown[]) => void;
      send: (this: XMLHttpRequest, body?: XMLHttpRequestBodyInit | null) => void;
    };
    const { open, send } = prototype;
    prototype.open = function (...given) {
      open.apply(this, given);
      this.setRequestHeader('x-opened', '1');
    };
    prototype.send = function (body) {
      this.setRequestHeader('x-sent', '1');
      send.call(this, body);
    };
  });
  const { status } = await tab.evaluate(() =>
    harness.xhrLog('/api/refuse-once', { headers: { 'x-own': '1' } }),
  );
  expect(status).toBe(200);
  const headers = world.app.seen
    .at('/api/refuse-once')
    .map((seen) => seen.headers.filter(([name]) => /^x-/.test(name)));
  const once = [
    ['x-opened', '1'],
    ['x-own', '1'],
    ['x-sent', '1'],
  ];
  expect(headers.map((each) => each.sort())).toEqual([once, once]);
});

import { expect } from 'vitest';
import { test } from './support/world.js';
import type { World } from './support/world.js';
import type { Tab } from './support/tab.js';

/** What an error tracker does: `fetch` and XHR wrapped, each call noted. */
function patchAsTrackersDo(tab: Tab, name: string): Promise<void> {
  return tab.evaluate((of) => {
    const notes: string[] = ((globalThis as { notes?: string[] }).notes ??= []);
    const fetchBefore = window.fetch.bind(window);
    window.fetch = (...given) => {
      const [input] = given;
      notes.push(
        `${of} fetch ${new URL(input instanceof Request ? input.url : input, location.href).pathname}`,
      );
      return fetchBefore(...given);
    };
    const prototype = XMLHttpRequest.prototype as {
      open: (this: XMLHttpRequest, ...given: unknown[]) => void;
    };
    const { open } = prototype;
    prototype.open = function (...given) {
      notes.push(`${of} xhr ${String(given[1])}`);
      open.apply(this, given);
    };
  }, name);
}

const notesOf = (tab: Tab): Promise<string[]> =>
  tab.evaluate(() => (globalThis as { notes?: string[] }).notes ?? []);

async function laneTab(world: World): Promise<Tab> {
  world.app.workerScript = 'missing';
  const tab = await world.openTab('a');
  return tab;
}

const bothKinds = async (tab: Tab): Promise<number[]> => [
  (await tab.fetch('/api/echo')).status,
  (await tab.evaluate(() => harness.xhr('/api/report'))).status,
];

for (const order of ['before', 'after'] as const) {
  test(`another patch of fetch and XHR that came ${order} ours: both work, and each request is noted`, async ({
    world,
  }) => {
    const tab = await laneTab(world);
    if (order === 'before') await patchAsTrackersDo(tab, 'tracker');
    await tab.register();
    if (order === 'after') await patchAsTrackersDo(tab, 'tracker');
    expect(await bothKinds(tab)).toEqual([200, 200]);
    const notes = await notesOf(tab);
    expect(notes).toContain('tracker fetch /api/echo');
    expect(notes).toContain('tracker xhr /api/report');
    for (const path of ['/api/echo', '/api/report']) {
      expect(world.app.seen.only(path).authorization).toHaveLength(1);
    }
  });

  test(`disposed under a patch that came ${order} ours: that one goes on, ours attaches nothing`, async ({
    world,
  }) => {
    const tab = await laneTab(world);
    if (order === 'before') await patchAsTrackersDo(tab, 'tracker');
    await tab.register();
    await tab.fetch('/api/echo');
    if (order === 'after') await patchAsTrackersDo(tab, 'tracker');
    await tab.evaluate(() => harness.registrations.at().dispose());
    world.app.seen.clear();
    await tab.fetch('/api/open/echo');
    await tab.evaluate(() => harness.xhr('/api/open/echo'));
    expect(world.app.seen.at('/api/open/echo').flatMap(({ authorization }) => authorization)).toEqual([]);
    expect((await notesOf(tab)).filter((note) => note.endsWith('/api/open/echo'))).toHaveLength(2);
  });
}

test('disposed with nobody over it: fetch and XHR are the browser’s own again, twice is fine; registered again it works', async ({
  world,
}) => {
  const tab = await laneTab(world);
  const look = (): Promise<string> =>
    tab.evaluate(() => {
      const methods = ['open', 'send', 'abort', 'setRequestHeader'] as const;
      const own = methods.map((name) => String(Reflect.get(XMLHttpRequest.prototype, name)));
      return [String(fetch), String(XMLHttpRequest), ...own].join();
    });
  const before = await look();
  for (let round = 0; round < 2; round += 1) {
    await tab.register();
    expect(await look()).not.toBe(before);
    expect(await bothKinds(tab)).toEqual([200, 200]);
    await tab.evaluate((at) => {
      harness.registrations.at(at).dispose();
      harness.registrations.at(at).dispose();
    }, round);
    expect(await look()).toBe(before);
  }
});

test('a subclass of XMLHttpRequest, and an object made before we came, carry the token', async ({
  world,
}) => {
  const tab = await laneTab(world);
  await tab.evaluate(() => void ((globalThis as { early?: XMLHttpRequest }).early = new XMLHttpRequest()));
  await tab.register();
  const statuses = await tab.evaluate(async () => {
    class Own extends XMLHttpRequest {
      readonly note = 'kept';
    }
    const own = new Own();
    const { early } = globalThis as { early?: XMLHttpRequest };
    const send = (xhr: XMLHttpRequest): Promise<number> =>
      new Promise((resolve) => {
        xhr.open('GET', '/api/echo');
        xhr.onload = () => resolve(xhr.status);
        xhr.send();
      });
    return [
      await send(own),
      await send(early!),
      own.note,
      own instanceof XMLHttpRequest,
      early instanceof XMLHttpRequest,
    ];
  });
  expect(statuses).toEqual([200, 200, 'kept', true, true]);
});

test('one of two injectors of a page unregisters, where there is no worker: it resolves, and what is registered anew can be disposed', async ({
  world,
}) => {
  const tab = await laneTab(world);
  const native = await tab.evaluate(() => String(fetch));
  await tab.register();
  await tab.register();
  await tab.fetch('/api/echo');
  await tab.evaluate(() => harness.registrations.at(1).unregister());
  expect(await tab.evaluate(() => String(fetch))).toBe(native);
  await tab.register();
  await tab.evaluate(() => harness.registrations.at(0).dispose());
  expect(await bothKinds(tab)).toEqual([200, 200]);
  await tab.evaluate(() => harness.registrations.at(2).dispose());
  expect(await tab.evaluate(() => String(fetch))).toBe(native);
});

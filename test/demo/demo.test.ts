import { TargetType, type Frame, type Target } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JournalEntry } from '../../demo/start.mjs';
import { DemoInChromium } from './support/demo-in-chromium.js';

const LIFE_SECONDS = 8;
const LONG_LIFE_SECONDS = 60;
const TAKES_OVER_MS = 10_000;

let here: DemoInChromium;

beforeAll(async () => {
  here = await DemoInChromium.open({ lifeSeconds: LIFE_SECONDS });
  // A browser that has begun late with its own pages may hold registrations back for most of a minute.
  await here.journal.until(0, { type: 'answer', status: 200 }, { count: 4, withinMs: 90_000 });
});

afterAll(async () => {
  await here?.close();
});

test('one worker serves both tenants: their frames share a partition', async () => {
  const isWorker = (target: Target): boolean => target.type() === TargetType.SERVICE_WORKER;
  // The driver is told of a worker some time after it has begun to serve.
  await here.browser.waitForTarget(isWorker);
  const workers = here.browser.targets().filter(isWorker);

  expect(
    here.journal
      .frames()
      .map(({ tenant, module }) => `${tenant}/${module}`)
      .sort(),
  ).toEqual(['bar/issue-panel', 'bar/project-page', 'foo/issue-panel', 'foo/project-page']);
  expect(workers.map((target) => new URL(target.url()).pathname)).toEqual(['/bearer-worker.js']);
});

test('through two lives of a token each frame is let in with its own, and none comes bare or is refused', async () => {
  const { journal } = here;
  for (const { frame } of journal.frames()) {
    await journal.until(0, { type: 'asked', frame, outcome: 'token' }, { count: 3, withinMs: 30_000 });
  }

  for (const { frame, tenant, module } of journal.frames()) {
    const arrivals = await journal.until(0, { type: 'arrival', frame }, { count: 6 });
    for (const arrival of arrivals)
      expect(arrival).toMatchObject({ status: 200, bare: false, tenant, module });
    expect(new Set(arrivals.map(({ token }) => token)).size).toBeGreaterThan(1);
  }
});

test('image, event stream and download link arrive with a token', async () => {
  const { journal } = here;
  const at = Date.now();
  for (const page of framesOf('project-page')) {
    // Not within the call: puppeteer takes a download for a navigation that never ends, and waits for it.
    await page.evaluate(() =>
      setTimeout(() => document.querySelector<HTMLAnchorElement>('#export')?.click()),
    );
  }

  for (const { frame, module } of journal.frames()) {
    for (const kind of module === 'issue-panel' ? ['image'] : ['stream', 'download']) {
      const requests = await journal.until(kind === 'download' ? at : 0, { type: 'request', frame, kind });
      const request = requests.at(-1)?.request ?? 'none';
      const [arrival] = await journal.until(0, { type: 'arrival', request });
      expect(arrival).toMatchObject({ status: 200, bare: false });
    }
  }
  await expect.poll(() => here.downloads(), { timeout: 15_000 }).toEqual(['BAR.csv', 'FOO.csv']);
  // Drawn some time after it arrived.
  const drawn = (): Promise<(number | undefined)[]> =>
    Promise.all(
      framesOf('issue-panel').map((frame) =>
        frame.evaluate(() => document.querySelector<HTMLImageElement>('#badge')?.naturalWidth),
      ),
    );
  await expect.poll(drawn, { timeout: 15_000 }).toEqual([132, 132]);
});

test('a refused token costs one more try, which the page does not see', async () => {
  const { journal } = here;
  // A token that is replaced just then would not be sent again, or its request would go with the next one at once.
  const longSince = await here.letTokensLive(LONG_LIFE_SECONDS);
  for (const { frame } of journal.frames('foo')) {
    const held = (): JournalEntry | undefined =>
      journal
        .since(longSince, { type: 'asked', frame, outcome: 'token' })
        .find(({ expiresAt = 0 }) => expiresAt * 1000 > longSince + 1000 * (LONG_LIFE_SECONDS - 1));
    await expect.poll(held, { timeout: 15_000 }).toBeDefined();
    await journal.until(longSince, { type: 'arrival', frame, token: held()?.token ?? '' });
  }
  const at = await here.press('foo', 'Refuse the tokens');

  for (const { frame } of journal.frames('foo')) {
    const [refused] = await journal.until(at, { type: 'arrival', frame, status: 401 });
    const again = await journal.until(at, { type: 'arrival', request: refused?.request ?? '', status: 200 });
    expect(again[0]?.token).not.toBe(refused?.token);
    await journal.until(Date.now(), { type: 'answer', frame, status: 200 });
    expect(journal.since(at, { type: 'ask', frame, reason: 'rejected' })).toHaveLength(1);
    expect(journal.since(at, { type: 'answer', frame, status: 401 })).toEqual([]);
  }
  for (const { frame } of journal.frames('bar')) {
    expect(journal.since(at, { type: 'arrival', frame, status: 401 })).toEqual([]);
  }

  await here.letTokensLive(LIFE_SECONDS);
  for (const tenant of ['foo', 'bar']) {
    const back = await here.press(tenant, 'Refuse the tokens');
    for (const { frame } of journal.frames(tenant)) {
      await journal.until(back, { type: 'asked', frame, outcome: 'token' });
    }
  }
});

test('twenty at once from each frame of a tenant are all let in', async () => {
  const { journal } = here;
  const at = await here.press('bar', 'Send 20 at once');

  for (const { frame } of journal.frames('bar')) {
    await journal.until(at, { type: 'answer', frame, status: 200 }, { count: 20 });
  }
});

test('the worker is killed: requests go on, with the token that was stored', async () => {
  const { journal } = here;
  const at = await here.press('browser', 'Kill the worker');

  await here.screen.waitForFunction(() =>
    document.querySelector('#outcome')?.textContent?.startsWith('The worker was stopped'),
  );
  const stopped = Date.now();
  for (const { frame } of journal.frames()) {
    await journal.until(stopped, { type: 'arrival', frame, status: 200 });
  }
  expect(journal.since(at, { type: 'arrival', bare: true })).toEqual([]);
  expect(journal.since(at, { type: 'ask', reason: 'initial' })).toEqual([]);
});

test('where no driver can kill it, a new copy of the worker takes over, and reads the stored token', async () => {
  const { journal, demo } = here;
  demo.useDriver(undefined);
  // Under load Chromium now and then lets a new worker wait while the old one has something to do; the next one does not.
  let hasTakenOver = false;
  while (!hasTakenOver) {
    const takenOver = framesOf('issue-panel')[0]!.evaluate(
      (withinMs) =>
        new Promise<boolean>((resolve) => {
          navigator.serviceWorker.oncontrollerchange = () => resolve(true);
          setTimeout(resolve, withinMs, false);
        }),
      TAKES_OVER_MS,
    );
    await here.press('browser', 'Kill the worker');
    hasTakenOver = await takenOver;
  }

  const at = Date.now();
  for (const { frame } of journal.frames()) await journal.until(at, { type: 'arrival', frame, status: 200 });
  expect(journal.since(at, { type: 'arrival', bare: true })).toEqual([]);
  here.drive();
});

test('logged out of the app, one tenant is served no more until it signs in; the other notices nothing', async () => {
  const { journal } = here;
  const out = await here.press('foo', 'Log out of the app');
  for (const { frame } of journal.frames('foo')) {
    await journal.until(out, { type: 'event', frame, name: 'loggedOut' });
    await journal.until(out, { type: 'answer', frame, status: 401 });
  }
  const signedOut = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  for (const { frame } of journal.frames('foo')) {
    expect(journal.since(signedOut, { type: 'arrival', frame, bare: false })).toEqual([]);
    expect(journal.since(signedOut, { type: 'ask', frame })).toEqual([]);
  }
  expect(journal.since(out, { type: 'arrival', bare: true }).every(({ frame }) => isOf(frame, 'foo'))).toBe(
    true,
  );

  const signIn = await here.press('foo', 'Sign in to the app');
  for (const { frame } of journal.frames('foo')) {
    await journal.until(signIn, { type: 'ask', frame, reason: 'forced' });
    await journal.until(signIn, { type: 'answer', frame, status: 200 });
  }
});

test.each([
  ['fails', { type: 'asked', outcome: 'failed' }],
  ['expired', { type: 'event', name: 'refreshError', code: 'expired-token' }],
])('getToken %s for one tenant, which recovers; the other is let in throughout', async (mode, sign) => {
  const { journal } = here;
  const broken = await here.choose('bar', mode);
  // The token at hand is used up first; only what is asked of the product after that shows the fault.
  await journal.until(broken, sign);

  const mended = await here.choose('bar', 'answers');
  for (const { frame } of journal.frames('bar')) {
    await journal.until(mended, { type: 'answer', frame, status: 200 });
  }
  for (const { frame } of journal.frames('foo')) {
    expect(journal.since(broken, { type: 'arrival', frame, status: 401 })).toEqual([]);
  }
});

test('getToken never settles, by a fault or after a logout of the host: given up in time, and mended', async () => {
  const { journal } = here;
  const broken = await here.choose('bar', 'hangs');
  await here.press('foo', 'Log out of the host');
  const fooBefore = journal.frames('foo').map(({ frame }) => frame);
  const firstGivenUp = (tenant: string) =>
    Promise.any(
      journal
        .frames(tenant)
        .map(({ frame }) =>
          journal.until(broken, { type: 'asked', frame, outcome: 'given up' }, { withinMs: 20_000 }),
        ),
    );
  const [[bar]] = await Promise.all([firstGivenUp('bar'), firstGivenUp('foo')]);

  const mended = await here.choose('bar', 'answers');
  await here.press('foo', 'Sign in to the host');
  for (const frame of fooBefore) await journal.until(mended, { type: 'gone', frame });
  await journal.until(mended, { type: 'frame', tenant: 'foo' }, { count: 2 });
  const fooAfter = journal.frames('foo').map(({ frame }) => frame);
  expect(fooAfter).toHaveLength(2);
  for (const frame of [...fooAfter, bar?.frame ?? 'none']) {
    await journal.until(mended, { type: 'answer', frame, status: 200 });
  }
});

test('another tab of a tenant shares its token, and has lanes of its own on the screen', async () => {
  const { journal } = here;
  const at = Date.now();
  const opened = new Promise<void>((resolve) => here.browser.once('targetcreated', () => resolve()));
  await here.press('bar', 'Open another tab');
  await opened;
  await journal.until(at, { type: 'ready', inScreen: false }, { count: 2 });

  for (const { frame } of journal.since(at, { type: 'frame', tenant: 'bar' })) {
    await journal.until(at, { type: 'answer', frame: frame ?? '', status: 200 });
  }
  await here.screen.bringToFront();
  const names = () => here.screen.$$eval('.lane h3', (heads) => heads.map((head) => head.textContent));
  await expect
    .poll(names, { timeout: 15_000 })
    .toEqual(expect.arrayContaining(['bar · Issue panel (other tab)']));
});

test('first loads come without a worker, a hard reload past the cache: no request is sent bare', async () => {
  const { journal } = here;
  const first = journal.since(0, { type: 'ready' }).slice(0, 4);
  expect(first.some(({ controlledAtLoad }) => controlledAtLoad === false)).toBe(true);

  const at = await here.press('browser', 'Reload hard');
  for (const { frame = '' } of await journal.until(at, { type: 'ready', inScreen: true }, { count: 4 })) {
    await journal.until(at, { type: 'answer', frame, status: 200 });
    expect(journal.since(at, { type: 'arrival', frame, bare: true })).toEqual([]);
  }
});

test('the picture moves all the time, and once a second for who wants less motion', async () => {
  const SECONDS = 2;
  const moves = async (motion: 'no-preference' | 'reduce'): Promise<number> => {
    await here.screen.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: motion }]);
    // What was begun before goes on until its next step.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    return here.screen.evaluate(async (ms) => {
      let count = 0;
      const observer = new MutationObserver((records) => (count += records.length));
      const strip = document.querySelector('.lane .track > g')!;
      observer.observe(strip, { attributeFilter: ['transform'] });
      await new Promise((resolve) => setTimeout(resolve, ms));
      observer.disconnect();
      return count;
    }, SECONDS * 1000);
  };
  const [always, reduced] = [await moves('no-preference'), await moves('reduce')];
  expect(always).toBeGreaterThan(SECONDS * 2);
  expect(reduced).toBeLessThanOrEqual(SECONDS * 2);
});

test('on a narrow screen nothing sticks out, and every control is reached by the Tab key alone', async () => {
  await here.screen.setViewport({ width: 390, height: 844 });
  // The page is laid out anew some time after the window has its new size.
  const overhang = () => here.screen.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await expect.poll(overhang, { timeout: 15_000 }).toBeLessThanOrEqual(0);

  const controls = await here.screen.$$eval('#controls :is(button, select, a)', (all) => all.length);
  const reached = new Set<string>();
  await here.screen.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let presses = 0; presses < controls; presses += 1) {
    await here.screen.keyboard.press('Tab');
    reached.add(
      await here.screen.evaluate(() => {
        const { activeElement } = document;
        const group = activeElement?.closest('fieldset')?.className ?? '';
        return `${group} ${activeElement?.localName} ${activeElement?.textContent}`;
      }),
    );
  }
  expect(reached.size).toBe(controls);
});

test('in all of this no request carried the token of another tenant or frame, and the journal holds none', () => {
  expect(here.journal.since(0, { type: 'arrival' }).length).toBeGreaterThan(100);
  expect(here.journal.mixedUp()).toEqual([]);
  expect(JSON.stringify(here.demo.journal.entries)).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
});

function framesOf(module: string): Frame[] {
  return here.screen.frames().filter((frame) => frame.url().startsWith(`${here.demo.appUrl}/${module}`));
}

function isOf(frame: string | undefined, tenant: string): boolean {
  return here.journal.since(0, { type: 'frame', tenant }).some((entry) => entry.frame === frame);
}

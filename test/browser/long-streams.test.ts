import { expect } from 'vitest';
import { engineName } from './support/start-engine.js';
import { test as base, type Faults } from './support/faults.js';
import type { Tab } from './support/tab.js';
import type { World } from './support/world.js';

/*
 * Firefox ends a worker 30 s after its last event, in the middle of an answer too, where the page does not keep it. The
 * others let an answer end; there nothing may be said.
 */
const ENDS_WORKERS = engineName === 'firefox';

/** Each of them mostly waits, so they do it side by side, in a profile each. */
const test = base.concurrent;

/** `STREAM_SECONDS=600` tries ten minutes; a test may take longer then: `--testTimeout`. */
const STREAM_SECONDS = Number(process.env['STREAM_SECONDS'] ?? 75);
const HEADERS_MS = 70_000;
const LINES = Array.from({ length: STREAM_SECONDS }, (_, at) => String(at));
const WHOLE = { status: 200, body: LINES.map((line) => `${line}\n`).join('') };

/** What is said of keeping a worker, since the last look. */
interface Said {
  begun: string[];
  pings: number;
}

declare global {
  var said: Said;
}

async function openTab(world: World, name = 'a'): Promise<Tab> {
  const tab = await world.openTab(name);
  await tab.evaluate(() => {
    globalThis.said = { begun: [], pings: 0 };
    navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<Record<string, string>>) => {
      if (data['type'] === 'begun') said.begun.push(new URL(data['url']!).pathname);
    });
    const workers = ServiceWorker.prototype as { postMessage: (this: object, ...given: unknown[]) => void };
    const { postMessage } = workers;
    workers.postMessage = function (...given) {
      if ((given[0] as Record<string, unknown>)['type'] === 'ping') said.pings += 1;
      postMessage.apply(this, given);
    };
  });
  await tab.register();
  return tab;
}

const saidIn = (tab: Tab): Promise<Said> => tab.evaluate(() => said);

/** `/api/lines` and `/api/ticks` say a number a second, `/api/late` nothing for long. */
function serve({ network }: Faults, seconds = STREAM_SECONDS): void {
  network.add(async ({ seen, response }) => {
    if (seen.path === '/api/late') {
      await passed(HEADERS_MS);
      response.writeHead(200).end('late');
    } else if (seen.path === '/api/lines' || seen.path === '/api/ticks') {
      const isEvents = seen.path === '/api/ticks';
      response.writeHead(200, { 'content-type': isEvents ? 'text/event-stream' : 'text/plain' });
      for (let at = 0; at < seconds && !response.destroyed; at += 1) {
        response.write(isEvents ? `data: ${at}\n\n` : `${at}\n`);
        await passed(1000);
      }
      response.end();
    } else return false;
    return true;
  });
}

const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('56, 57 · a download, an EventSource and late headers, each longer than a worker lives idle: all come whole', async ({
  world,
  faults,
}) => {
  serve(faults);
  const tab = await openTab(world);
  const [lines, late, ticks] = await Promise.all([
    tab.fetch('/api/lines'),
    tab.fetch('/api/late'),
    tab.evaluate((count) => harness.eventSource('/api/ticks', count), STREAM_SECONDS),
  ]);

  expect(lines).toMatchObject(WHOLE);
  expect(late).toMatchObject({ status: 200, body: 'late' });
  expect(ticks).toEqual(LINES);
  expect(world.app.seen.at('/api/ticks')).toHaveLength(1);
  const { begun, pings } = await saidIn(tab);
  expect(new Set(begun)).toEqual(new Set(ENDS_WORKERS ? ['/api/lines', '/api/late', '/api/ticks'] : []));
  // One in ten seconds for all three; on a busy machine a few may come late.
  expect(pings).toBeLessThanOrEqual(ENDS_WORKERS ? Math.ceil(STREAM_SECONDS / 10) + 1 : 0);
});

test('the page’s messages are what keeps a download whole in Firefox; elsewhere it needs none', async ({
  world,
  faults,
}) => {
  serve(faults);
  const tab = await openTab(world);
  await faults.messages.inPage(tab.page, { type: 'ping', fault: 'dropped' });

  const broken = { status: 0, body: '', error: 'AbortError' };
  expect(await tab.fetch('/api/lines')).toMatchObject(ENDS_WORKERS ? broken : WHOLE);
});

test('once nothing is under way no message is posted, whatever came of what was', async ({
  world,
  faults,
}) => {
  serve(faults, 12);
  const tab = await openTab(world);
  const aborted = tab.evaluate(async () => {
    const abort = new AbortController();
    const all = [
      fetch('/api/late', { signal: abort.signal }),
      fetch('/api/lines#2', { signal: abort.signal }),
    ];
    const source = new EventSource('/api/ticks');
    const picture = new Image();
    picture.src = '/api/late?picture';
    await new Promise((resolve) => setTimeout(resolve, 2000));
    abort.abort();
    source.close();
    picture.src = '';
    await Promise.allSettled(all);
  });
  const burst = tab.evaluate(async () => {
    await Promise.all(Array.from({ length: 100 }, () => harness.answer('/api/echo')));
    await harness.image('/api/open/picture.png');
    await harness.media('audio', '/api/open/tone.wav', 2);
    // Of a sound that is left open Firefox asks no more than it needs: its request is under way.
    for (const sound of document.querySelectorAll('audio')) sound.src = '';
    await harness.xhr('/api/redirect?to=/api/echo');
    await harness.answer('/api/nowhere');
  });
  expect(await tab.fetch('/api/lines')).toMatchObject({ status: 200 });
  await Promise.all([aborted, burst]);
  const during = await saidIn(tab);
  expect(during.begun.length > 100).toBe(ENDS_WORKERS);
  expect(during.pings > 0).toBe(ENDS_WORKERS);
  await passed(1000);
  const before = await saidIn(tab);
  await passed(15_000);

  expect(await saidIn(tab)).toEqual(before);
});

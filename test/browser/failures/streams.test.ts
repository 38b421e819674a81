import { expect } from 'vitest';
import { test as base } from '../support/faults.js';
import { serveHttp2 } from '../support/faults-http2.js';
import { AppRealm } from '../support/tab.js';
import type { Tab } from '../support/tab.js';
import { ALICE } from '../support/world.js';

/** A tab of the app over HTTP/2, whose usual answers have a status text that HTTP/2 has not. */
const test = base.extend('tab', async ({ world, faults }, { onCleanup }): Promise<Tab> => {
  const secure = await serveHttp2(world.app);
  onCleanup(() => secure.close());
  faults.network.add(({ seen, response }) => {
    if (!seen.path.startsWith('/api/') || seen.judgement.verdict !== 'good') return false;
    response.writeHead(200).end();
    return true;
  });
  world.app.tokenHost.open('a', ALICE, 300);
  return new AppRealm('a', await world.profile.openPage(`${secure.origin}/page.html?tab=a`), world.app);
});

const CHUNKS = ['a', 'stream', 'of', 'chunks'];

function uploadStream(tab: Tab): Promise<number> {
  return tab.evaluate(async (chunks) => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(chunk));
      },
    });
    return (await fetch('/api/upload', { method: 'POST', body, duplex: 'half' } as RequestInit)).status;
  }, CHUNKS);
}

test('34 · on the page’s own lane a body that is a stream is refused: it is sent once, the page gets the 401 and a requestSkipped, and the next request has a new token', async ({
  world,
  tab,
}) => {
  await tab.register({ inPage: 'always' });
  expect(await uploadStream(tab)).toBe(200);
  world.app.issuer.revokeAll();
  world.app.seen.clear();

  expect(await uploadStream(tab)).toBe(401);
  expect(world.app.seen.only('/api/upload').body.bytes).toBe(CHUNKS.join('').length);
  await expect
    .poll(async () => (await tab.events('requestSkipped'))[0]?.detail)
    .toMatchObject({ why: 'not-replayable' });
  expect(await tab.fetch('/api/report')).toMatchObject({ status: 200 });
  expect(world.app.seen.only('/api/report').judgement.verdict).toBe('good');
});

test('through the worker a body that is a stream is refused: Chromium, which tells a worker nothing of it, sends the same bytes again', async ({
  world,
  tab,
}) => {
  await tab.register();
  expect(await uploadStream(tab)).toBe(200);
  world.app.issuer.revokeAll();
  world.app.seen.clear();

  expect(await uploadStream(tab)).toBe(200);
  const sent = world.app.seen.at('/api/upload');
  expect(sent.map(({ status }) => status)).toEqual([401, 200]);
  expect(sent.map(({ body }) => body)).toEqual([sent[0]?.body, sent[0]?.body]);
  expect(sent[0]?.body.bytes).toBe(CHUNKS.join('').length);
});

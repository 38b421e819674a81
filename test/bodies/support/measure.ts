import { createWriteStream } from 'node:fs';
import { MemoryWatch, type Growth } from './process-memory.js';
import {
  download,
  FILE_NAME,
  registerByHand,
  send,
  sendByXhr,
  sendTwiceByHand,
  takeBlob,
  removeWorkers,
  takeFile,
  writeFile,
} from './page-deeds.js';
import { writePattern } from './pattern.js';
import type { OpenBrowser, Site } from './site.js';

/** `none`: the same page without us; `idle`: without us too, under a worker that listens and does nothing. */
export type Lane = 'none' | 'idle' | 'worker' | 'page' | 'xhr';
export type Body = 'file' | 'blob';

export interface Sent extends Growth {
  readonly status: number;
  /** What the server saw, attempt by attempt. */
  readonly seen: readonly { readonly status: number; readonly bytes: number; readonly sha256: string }[];
}

export interface Received extends Growth {
  readonly status: number;
  readonly bytes: number;
  readonly wrongAt: number;
  readonly sentBytes: number | undefined;
}

/** Once for a profile, in a browser of its own. */
export async function prepareFile(site: Site, bytes: number): Promise<void> {
  if (site.engine === 'webkit') {
    await writePattern(createWriteStream(site.file), bytes);
    return;
  }
  await inBrowser(site, async ({ tab }) => {
    const size = await tab.evaluate(writeFile, FILE_NAME, bytes);
    if (size !== bytes) throw new Error(`The file has ${size} bytes, not ${bytes}.`);
  });
}

/** Sends the body with a token that the server refuses, and then, by whichever lane, with a good one. */
export function measureReplay(site: Site, lane: Lane, body: Body, bytes: number): Promise<Sent> {
  const { app } = site;
  return inBrowser(site, async ({ pid, tab }) => {
    await takeLane(site, tab, lane);
    const size = body === 'file' ? tab.evaluate(takeFile, FILE_NAME) : tab.evaluate(takeBlob, bytes);
    if ((await size) !== bytes) throw new Error(`The page has ${await size} bytes to send, not ${bytes}.`);
    app.issuer.revokeAll();
    app.seen.clear();
    const token = await tokenByHand(site);
    const { value: status, ...measured } = await watched(pid, () => {
      if (lane === 'none' || lane === 'idle') return tab.evaluate(sendTwiceByHand, '/api/upload', token);
      return tab.evaluate(lane === 'xhr' ? sendByXhr : send, '/api/upload');
    });
    const seen = app.seen.at('/api/upload').map(({ status, body }) => ({ status, ...body }));
    return { ...measured, status, seen };
  });
}

export function measureDownload(site: Site, lane: Lane, bytes: number): Promise<Received> {
  return inBrowser(site, async ({ pid, tab }) => {
    await takeLane(site, tab, lane);
    const token = lane === 'none' ? await tokenByHand(site) : undefined;
    const { value, ...measured } = await watched(pid, () =>
      tab.evaluate(download, `/api/large?bytes=${bytes}`, token),
    );
    return { ...measured, ...value, sentBytes: site.sent.pop() };
  });
}

async function takeLane({ app }: Site, tab: OpenBrowser['tab'], lane: Lane): Promise<void> {
  if (lane === 'none') {
    const isControlled = await tab.evaluate(() => navigator.serviceWorker.controller !== null);
    if (isControlled) throw new Error('A worker stands in the way of what is measured without one.');
    return;
  }
  if (lane === 'idle') {
    app.workerScript = () => IDLE_WORKER;
    await tab.evaluate(registerByHand, '/bearer-worker.js').finally(() => (app.workerScript = 'built'));
    return;
  }
  const mode = await tab.register({ inPage: lane === 'worker' ? 'fallback' : 'always' });
  const wanted = lane === 'worker' ? 'service-worker' : 'page';
  if (mode !== wanted) throw new Error(`The page is served by "${mode}", not by "${wanted}".`);
  const { status } = await tab.fetch('/api/echo');
  if (status !== 200) throw new Error(`The token was refused before anything was revoked: ${status}.`);
  if (app.seen.at('/api/echo').length === 0) throw new Error('The server saw nothing.');
}

const IDLE_WORKER = `
  addEventListener('fetch', () => {});
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
`;

async function tokenByHand({ app }: Site): Promise<string> {
  const minted = await app.tokenHost.mint('a', 'by hand');
  if (minted.outcome !== 'token') throw new Error('The token host gave no token.');
  return minted.token;
}

async function watched<Value>(pid: number, run: () => Promise<Value>): Promise<Growth & { value: Value }> {
  const watch = await MemoryWatch.start(pid);
  const value = await run();
  return { value, ...watch.stop() };
}

async function inBrowser<Result>(
  site: Site,
  run: (browser: OpenBrowser) => Promise<Result>,
): Promise<Result> {
  const browser = await site.openBrowser();
  try {
    const result = await run(browser);
    // The next may want to be without one.
    await browser.tab.evaluate(removeWorkers);
    return result;
  } finally {
    await browser.close();
  }
}

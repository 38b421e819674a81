import type { BrowserContext, CDPSession, Page } from 'puppeteer-core';

export interface OpenPage {
  readonly page: Page;
  close(): Promise<void>;
}

let nth = 0;

/**
 * A page that no tab strip shows: drawing tabs and an address bar takes half the time of a small test.
 *
 * @param session of the browser itself, with which the page would end
 */
export async function openWithoutWindow(context: BrowserContext, session: CDPSession): Promise<OpenPage> {
  const url = `about:blank#${nth++}`;
  const shape = { url, hidden: true, browserContextId: context.id! };
  const { targetId } = await session.send('Target.createTarget', shape);
  const target = await context.waitForTarget((each) => each.url() === url);
  const page = await target.asPage();
  return { page, close: () => close(page, () => session.send('Target.closeTarget', { targetId })) };
}

const AGAIN_MS = 200;
const WITHIN_MS = 20_000;

/** One that is told to close while it goes to another address stays, at the new one; so it is told until it is gone. */
async function close(page: Page, tell: () => Promise<unknown>): Promise<void> {
  const closed = new Promise<void>((resolve) => page.once('close', () => resolve()));
  const endMs = Date.now() + WITHIN_MS;
  while (!page.isClosed()) {
    if (Date.now() > endMs) throw new Error(`A page in no window does not close: ${page.url()}`);
    // It may have gone meanwhile.
    tell().catch(() => undefined);
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, AGAIN_MS))]);
  }
}

/** What cannot be done without one, with what to do instead. */
export const NEEDS_WINDOW = Object.fromEntries(
  (['click', 'back', 'show'] as const).map((deed) => [
    deed,
    () => Promise.reject(new Error(`${deed}() needs a window: take windowedTest for test.`)),
  ]),
);

/** A window of an installed Chromium that this process holds. `CHROMIUM_PATH` names one that is not found. */
export async function openBrowser() {
  const { findChromium } = await import('../test/setup/browser.mjs');
  const { default: puppeteer } = await import('puppeteer-core');
  // Chromium refuses to start as root with its sandbox on.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return puppeteer.launch({ executablePath: findChromium(), headless: false, defaultViewport: null, args });
}

/** What no page can do, done from outside of it. */
export function driverFor(browser, url) {
  async function withSession(task) {
    const page = (await browser.pages()).find((candidate) => candidate.url().startsWith(url));
    if (!page) throw new Error(`No tab shows ${url}.`);
    const session = await page.createCDPSession();
    try {
      return await task(session);
    } finally {
      await session.detach();
    }
  }

  return {
    killWorker: () =>
      withSession(async (session) => {
        await session.send('ServiceWorker.enable');
        await session.send('ServiceWorker.stopAllWorkers');
      }),
    reloadHard: () => withSession((session) => session.send('Page.reload', { ignoreCache: true })),
  };
}

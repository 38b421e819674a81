import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { startDemoServer } from './server/demo-server.mjs';

/** Starts the demo; `close()` ends it and leaves nothing open. */
export function startDemo(options) {
  return startDemoServer(options);
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8300' },
      browser: { type: 'boolean', default: false },
    },
  });
  const demo = await startDemo({ port: Number(values.port) });
  const browser = values.browser ? await openDrivenBrowser(demo).catch(giveUp) : undefined;

  async function giveUp(error) {
    await demo.close();
    throw error;
  }

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await browser?.close();
    await demo.close();
    console.log('Stopped.');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  console.log(`The demo runs at ${demo.url}\nOpen it in Chrome, Edge or Firefox. Stop it with Ctrl-C.`);
}

/** With a browser of its own the demo can do what no page may: end the worker, and reload past it. */
async function openDrivenBrowser(demo) {
  const { openBrowser, driverFor } = await import('./driver.mjs');
  const browser = await openBrowser();
  demo.useDriver(driverFor(browser, demo.url));
  const page = (await browser.pages())[0] ?? (await browser.newPage());
  await page.goto(demo.url);
  return browser;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

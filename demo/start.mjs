import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { startDemoServer } from './server/demo-server.mjs';

const HELP = `Usage: npm run demo -- [--port <number>] [--browser]

  --port       where it listens, and the next one for the app; another is taken if it is in use (8300)
  --browser    open a Chromium of its own, in which the worker can be killed and reloaded past
  --help       print this
`;

/** Starts the demo; `close()` ends it and leaves nothing open. */
export function startDemo(options) {
  return startDemoServer(options);
}

async function main() {
  const { port, browser: isDriven, help } = readArguments();
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const demo = await startDemo({ port });
  const browser = isDriven ? await openDrivenBrowser(demo).catch(giveUp) : undefined;

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

/** @throws {Error} for an option that there is not, and a port that is none */
function readArguments() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8300' },
      browser: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
    throw new Error(`--port is "${values.port}"; it must be a whole number from 0 to 65535.`);
  }
  return { ...values, port: Number(values.port) };
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
    const isMisused = String(error.code).startsWith('ERR_PARSE_ARGS');
    console.error(isMisused ? `${error.message}\n\n${HELP}` : error.message);
    process.exitCode = 1;
  });
}

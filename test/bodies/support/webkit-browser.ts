import { BROWSERS, findBrowser } from '../../setup/browser.mjs';
import { WebDriverSession } from '../../browser/support/webdriver.js';
import { family } from './process-memory.js';
import type { RunningBrowser } from './unattended-browser.js';

/** Without a graphics card, and as root. */
const ENVIRONMENT = {
  WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  LIBGL_ALWAYS_SOFTWARE: '1',
};

/**
 * WebKitGTK has no private file system for a page, so a file has to be chosen for its page as a user does. Its driver
 * does that and nothing else here, and keeps nothing of what passes.
 */
export async function startWebkit(display: string, file: string, url: string): Promise<RunningBrowser> {
  const program = findBrowser(BROWSERS.webkit);
  const before = new Set(family(process.pid));
  const session = await WebDriverSession.start(
    program,
    { ...process.env, ...ENVIRONMENT, DISPLAY: display },
    {},
  );
  const pid = family(process.pid).find((each) => !before.has(each));
  if (pid === undefined) throw new Error(`${program} has no process.`);
  await session.post('/url', { url });
  const found = await session.post('/element', { using: 'css selector', value: 'input[type=file]' });
  const [input] = Object.values(found as Record<string, string>);
  await session.post(`/element/${input}/value`, { text: file });
  return { pid, close: () => session.end() };
}

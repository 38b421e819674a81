// Finds the browsers that the tests drive, and installs one where that can be done without asking.
// Used by the tests, and run by hand as `npm run browser:install`.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One entry per program; what follows reads an entry and knows no engine. */
export const BROWSERS = {
  chromium: {
    label: 'Chromium',
    variable: 'CHROMIUM_PATH',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    fixedPaths: [
      '/usr/bin/chromium',
      '/usr/bin/chromium-browser',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    playwright: {
      name: 'chromium',
      binaries: [
        'chrome-linux/chrome',
        'chrome-linux64/chrome',
        'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
        'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
        'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
        'chrome-win/chrome.exe',
        'chrome-win64/chrome.exe',
      ],
    },
    // Debian's browser recommends a desktop's worth of packages; without any font, text has no size.
    debianPackages: ['chromium', 'fonts-dejavu-core'],
  },
  firefox: {
    label: 'Firefox',
    variable: 'FIREFOX_PATH',
    commands: ['firefox-esr', 'firefox'],
    fixedPaths: [
      '/usr/bin/firefox-esr',
      '/usr/bin/firefox',
      '/Applications/Firefox.app/Contents/MacOS/firefox',
    ],
    debianPackages: ['firefox-esr', 'fonts-dejavu-core'],
  },
  // Its driver, which knows where its MiniBrowser lies. There is none but on Linux.
  webkit: {
    label: 'WebKitGTK',
    variable: 'WEBKIT_WEBDRIVER_PATH',
    commands: ['WebKitWebDriver'],
    fixedPaths: ['/usr/bin/WebKitWebDriver'],
    isLinuxOnly: true,
    debianPackages: ['webkit2gtk-driver', 'fonts-dejavu-core'],
  },
  // WebKitGTK has no headless mode.
  display: {
    label: 'Xvfb',
    variable: 'XVFB_PATH',
    commands: ['Xvfb'],
    fixedPaths: ['/usr/bin/Xvfb'],
    isLinuxOnly: true,
    debianPackages: ['xvfb'],
  },
};

/** The path of a Chromium, as `findBrowser` finds it. */
export function findChromium(machine = thisMachine()) {
  return findBrowser(BROWSERS.chromium, machine);
}

/**
 * The path of a browser; throws with what to do where there is none, so that a test without it fails rather than
 * skips.
 */
export function findBrowser(browser, machine = thisMachine()) {
  const named = machine.env[browser.variable];
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(
      `$${browser.variable} is "${named}", which is not a file that can be run. ` +
        `Set it to the path of a ${browser.label}, or unset it to have one looked for.`,
    );
  }
  const found = candidates(browser, machine).find(isExecutable);
  if (found) return found;
  throw new Error(`No ${browser.label} was found. ${advice(browser, machine)}`);
}

/** What the search depends on, so that a test can describe another machine. */
export function thisMachine() {
  return {
    env: process.env,
    home: homedir(),
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    isDebian: debianRelease(),
    fixedRoot: '/',
  };
}

function candidates(browser, machine) {
  const onPath = (machine.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => browser.commands.map((command) => join(folder, command)));
  const fixed = browser.fixedPaths.map((path) => join(machine.fixedRoot, path));
  return [...onPath, ...fixed, ...playwrightBinaries(browser, machine)];
}

/** Newest first: the folders are named by a rising number, `chromium-1200`. */
function playwrightBinaries({ playwright }, machine) {
  if (!playwright) return [];
  const cache = playwrightCache(machine);
  if (!existsSync(cache)) return [];
  const pattern = new RegExp(`^${playwright.name}-(\\d+)$`);
  return readdirSync(cache)
    .map((folder) => ({ folder, revision: Number(pattern.exec(folder)?.[1]) }))
    .filter(({ revision }) => !Number.isNaN(revision))
    .sort((one, other) => other.revision - one.revision)
    .flatMap(({ folder }) => playwright.binaries.map((binary) => join(cache, folder, binary)));
}

function playwrightCache({ env, home, platform }) {
  if (env.PLAYWRIGHT_BROWSERS_PATH) return env.PLAYWRIGHT_BROWSERS_PATH;
  if (platform === 'darwin') return join(home, 'Library/Caches/ms-playwright');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData/Local'), 'ms-playwright');
  return join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'ms-playwright');
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function debianRelease() {
  try {
    // Ubuntu's package of this name is an empty one that asks for a snap, so its kin do not count.
    return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

function advice(browser, machine) {
  const { playwright, isLinuxOnly } = browser;
  if (isLinuxOnly && machine.platform !== 'linux') {
    return 'It exists on Linux only; "npm test -- lint unit browser" runs checks that need none.';
  }
  const elsewhere = playwright ? [`run "npx playwright install ${playwright.name}"`] : [];
  const own = `set $${browser.variable} to the path of one you have`;
  const apt = `apt-get install ${browser.debianPackages.join(' ')}`;
  if (!machine.isDebian) return sentence([...elsewhere, own]);
  if (machine.isRoot) return sentence([`run "npm run browser:install", which does "${apt}"`, own]);
  return sentence([`run "sudo ${apt}"`, ...elsewhere, own]);
}

function sentence(choices) {
  const text = choices.join(', or ');
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** Finds a browser or installs Debian's; the answer is the exit code. */
export function ensureBrowser(browser, machine, { run = runShowing, say = console.log } = {}) {
  try {
    say(`${browser.label}: ${described(findBrowser(browser, machine))}`);
    return 0;
  } catch (error) {
    const canInstall = machine.isDebian && machine.isRoot && !machine.env[browser.variable];
    if (!canInstall) {
      say(error.message);
      return 1;
    }
  }
  say(`No ${browser.label} was found. Installing Debian's packages: ${browser.debianPackages.join(', ')}.`);
  const installed =
    run('apt-get', ['update']) &&
    run('apt-get', ['install', '-y', '--no-install-recommends', ...browser.debianPackages]);
  if (!installed) {
    say(`apt-get failed; its messages are above. Mend that, or set $${browser.variable}.`);
    return 1;
  }
  try {
    say(`${browser.label}: ${described(findBrowser(browser, machine))}`);
    return 0;
  } catch (error) {
    say(error.message);
    return 1;
  }
}

function runShowing(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

/** With its version, where it tells one. */
function described(path) {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 });
  const version = /^[^/\n]*\d.*$/.exec(stdout?.trim() ?? '')?.[0];
  return [path, version].filter(Boolean).join(' — ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const codes = Object.values(BROWSERS).map((browser) => ensureBrowser(browser, thisMachine()));
  process.exitCode = Math.max(...codes);
}

import { spawn } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BROWSERS, findBrowser } from '../../setup/browser.mjs';
import { CHROMIUM_SWITCHES } from '../../setup/chromium-switches.js';
import { family } from './process-memory.js';

const END_MS = 15_000;

export interface RunningBrowser {
  /** All its processes descend from this one. */
  readonly pid: number;
  close(): Promise<void>;
}

/** A browser that nothing drives: under automation Firefox keeps copies of what passes through it. */
export async function startUnattended(
  engine: keyof typeof COMMANDS,
  profile: string,
  url: string,
): Promise<RunningBrowser> {
  const { program, args } = await COMMANDS[engine](profile);
  const { pid } = spawn(program, [...args, url], { stdio: 'ignore' });
  if (pid === undefined) throw new Error(`${program} did not start.`);
  return { pid, close: () => end(pid) };
}

/** Asks it to end, so that it writes its profile, and ends what is left. */
async function end(pid: number): Promise<void> {
  const all = family(pid);
  const endMs = Date.now() + END_MS;
  process.kill(pid);
  while (all.some(isAlive) && Date.now() < endMs) await sleep(50);
  for (const each of all.filter(isAlive)) process.kill(each, 'SIGKILL');
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

const COMMANDS = {
  chromium: (profile: string): Command => ({
    program: findBrowser(BROWSERS.chromium),
    args: [...CHROMIUM_SWITCHES, '--headless=new', `--user-data-dir=${profile}`],
  }),
  async firefox(profile: string): Promise<Command> {
    await writeFile(join(profile, 'user.js'), FIREFOX_PREFERENCES);
    // It would open again what it had open when it was told to end.
    for (const name of await readdir(profile)) {
      if (name.startsWith('session')) await rm(join(profile, name), { recursive: true });
    }
    return {
      program: findBrowser(BROWSERS.firefox),
      args: ['--headless', '--no-remote', '--profile', profile],
    };
  },
};

/** No page but the one asked for, nothing fetched on the side, no process forked in reserve while one measures. */
const FIREFOX_PREFERENCES = Object.entries({
  'app.normandy.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.ipc.processPrelaunch.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.proxy.type': 0,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'toolkit.startup.max_resumed_crashes': -1,
  'browser.sessionstore.resume_from_crash': false,
  'browser.sessionstore.resume_session_once': false,
})
  .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
  .join('');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

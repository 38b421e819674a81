import { parseArgs } from 'node:util';
import { init } from './init.js';
import { InitError } from './init-error.js';
import { packageVersion } from '../vite/ready-made-worker.js';

/** What the shell is told: done, a copy that is missing or stale or could not be made, a misused command. */
const DONE = 0;
const FAILED = 1;
const MISUSED = 2;

const HELP = `Usage: bearer-worker init <public-dir> [--check] [--force]

Copies the ready-made service worker, bearer-worker.js, into the folder whose files your server gives
out at the site's root. Run it again after an update of the package: it brings the copy up to date.

  --check      write nothing; exit with 1 if the copy is missing or not of this version
  --force      replace a bearer-worker.js that is not the worker of this package
  --version    print the version of this package
  --help       print this
`;

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
}

/** Runs the command; the answer is the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        check: { type: 'boolean', default: false },
        force: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', short: 'v', default: false },
      },
    });
  } catch (error) {
    return misused(terminal, firstSentence(error));
  }
  const { values, positionals } = parsed;
  if (values.help) {
    terminal.out(HELP);
    return DONE;
  }
  if (values.version) {
    terminal.out(`${packageVersion()}\n`);
    return DONE;
  }
  const [command, folder, ...rest] = positionals;
  if (command === undefined) return misused(terminal, 'No command was given; the one there is, is init.');
  if (command !== 'init') {
    return misused(terminal, `There is no command "${command}"; the one there is, is init.`);
  }
  if (folder === undefined || folder === '') {
    return misused(terminal, 'init needs the folder to copy the worker into, for example: init public');
  }
  if (rest.length > 0)
    return misused(terminal, `init takes one folder, and was given also "${rest.join(' ')}".`);

  try {
    const { message, current } = await init(folder, values);
    if (current) terminal.out(`${message}\n`);
    else terminal.err(`${message}\n`);
    return current ? DONE : FAILED;
  } catch (error) {
    if (!(error instanceof InitError)) throw error;
    terminal.err(`bearer-worker: ${error.message}\n`);
    return FAILED;
  }
}

function misused(terminal: Terminal, problem: string): number {
  terminal.err(`bearer-worker: ${problem}\nRun "npx bearer-worker --help" for how it is used.\n`);
  return MISUSED;
}

/** Node goes on to explain how to pass a positional that looks like an option; nobody wants that here. */
function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${message.split(/\.\s/)[0]?.replace(/\.$/, '') ?? message}.`;
}

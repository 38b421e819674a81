import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bannerVersion } from './banner.js';
import { InitError } from './init-error.js';
import { readyMadeWorkerPath } from '../vite/ready-made-worker.js';

export interface InitOptions {
  /** Only say whether the copy is current, write nothing. */
  check: boolean;
  /** Also replace a file that is not a ready-made worker of this package. */
  force: boolean;
}

export interface InitOutcome {
  /** What was done, or found, in one line. */
  message: string;
  /** False only for a check that found the copy missing or outdated. */
  current: boolean;
}

const NAME = 'bearer-worker.js';

/**
 * Copies the ready-made worker and its source map into a folder that the app serves; run again, it
 * brings the copy up to date.
 */
export async function init(folder: string, { check, force }: InitOptions): Promise<InitOutcome> {
  await expectFolder(folder);
  const target = join(folder, NAME);
  const command = `npx bearer-worker init ${quoted(folder)}`;
  const shipped = await readFile(readyMadeWorkerPath(), 'utf8');
  const version = bannerVersion(shipped) ?? 'unknown';
  const present = await readPresent(target);

  if (present === undefined) {
    if (check) return { message: `${target} does not exist: run "${command}".`, current: false };
    await copyTo(target, shipped);
    return { message: `Created ${target} (version ${version}).`, current: true };
  }
  const presentVersion = bannerVersion(present);
  if (presentVersion === undefined && !force) {
    throw new InitError(
      `${target} is not the worker of bearer-worker, and was left as it is. ` +
        `Move it away or choose another folder; to replace it, run "${command} --force". ` +
        'To use both in one worker, import "bearer-worker/sw" in yours.',
    );
  }
  if (sameText(present, shipped)) {
    if (!check) await copyMap(target);
    return { message: `${target} is already up to date (version ${version}).`, current: true };
  }
  if (check) {
    const found = presentVersion === version ? 'changed' : `version ${presentVersion ?? 'unknown'}`;
    return { message: `${target} is ${found}, not version ${version}: run "${command}".`, current: false };
  }
  await copyTo(target, shipped);
  return { message: updated(target, presentVersion, version), current: true };
}

function updated(target: string, from: string | undefined, to: string): string {
  if (from === undefined) return `Replaced ${target}, which was another script (now version ${to}).`;
  if (from === to) return `Updated ${target}: it was version ${to} but had been changed.`;
  return `Updated ${target} from version ${from} to ${to}.`;
}

async function expectFolder(folder: string): Promise<void> {
  let entry;
  try {
    entry = await stat(folder);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unreadable(folder, error);
    throw new InitError(
      `The folder ${folder} does not exist. Create it (mkdir -p ${quoted(folder)}), or name the folder ` +
        "whose files your server gives out at the site's root, often public or static.",
    );
  }
  if (!entry.isDirectory()) {
    throw new InitError(
      `${folder} is not a folder. Name the folder to copy ${NAME} into, for example public.`,
    );
  }
}

async function readPresent(target: string): Promise<string | undefined> {
  try {
    return await readFile(target, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'EISDIR') {
      throw new InitError(`${target} is a folder. Move it away: the worker script is to have that name.`);
    }
    throw unreadable(target, error);
  }
}

async function copyTo(target: string, script: string): Promise<void> {
  try {
    await writeFile(target, script);
  } catch (error) {
    throw new InitError(
      `${target} cannot be written (${codeOf(error)}). Allow writing to it, and run again.`,
      {
        cause: error,
      },
    );
  }
  await copyMap(target);
}

/** The map helps a debugger only: that it cannot be written is no reason to fail. */
async function copyMap(target: string): Promise<void> {
  const map = await readFile(`${readyMadeWorkerPath()}.map`);
  await writeFile(`${target}.map`, map).catch(() => undefined);
}

function unreadable(path: string, error: unknown): InitError {
  return new InitError(`${path} cannot be read (${codeOf(error)}). Allow reading it, and run again.`, {
    cause: error,
  });
}

/** A checkout with `core.autocrlf` turns the line ends of a copied worker; it is the same worker still. */
function sameText(one: string, other: string): boolean {
  return one.replaceAll('\r\n', '\n') === other.replaceAll('\r\n', '\n');
}

function quoted(path: string): string {
  return /^[\w./\\:~-]+$/.test(path) ? path : `"${path}"`;
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : String(error);
}

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';

export const consumer = inject('consumer');

/** The compiler of today, and the one before, which works otherwise and which many still have. */
export const [tsc, tscBefore] = ['typescript-7', 'typescript'].map((name) =>
  join(consumer.folder, `node_modules/${name}/bin/tsc`),
) as [string, string];

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** A fresh folder inside the consumer's project, from where the package resolves; with these files in it. */
export async function makeFolder(files: Record<string, string> = {}): Promise<string> {
  const folder = await mkdtemp(join(consumer.folder, 'app-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** Runs a command to its end. */
export function execute(command: string, args: string[], cwd: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended: Ended = { code: null, out: '', err: '' };
    child.stdout.on('data', (data: Buffer) => (ended.out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (ended.err += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ ...ended, code });
    });
  });
}

import { readFile } from 'node:fs/promises';
import { readyMadeWorkerPath } from './ready-made-worker.js';
import type { WorkerScript } from './worker-script.js';

/** The worker that comes with the package. */
export async function readReadyMade(): Promise<WorkerScript> {
  const file = readyMadeWorkerPath();
  const [code, map] = await Promise.all([readFile(file, 'utf8'), readFile(`${file}.map`, 'utf8')]);
  return { code, map, files: new Set([file.replaceAll('\\', '/')]) };
}

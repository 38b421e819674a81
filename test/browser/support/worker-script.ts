import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ServerResponse } from 'node:http';

/** What the server hands out as the worker: the built one, or that altered, or what goes wrong in the field. */
export type WorkerScript =
  'built' | 'recorded' | 'missing' | 'html' | 'throwing' | ((built: string) => string);

const BUILT = new URL('../../../dist/bearer-worker.js', import.meta.url);
const RECORDER = new URL('../pages/worker-recorder.js', import.meta.url);

export async function sendWorkerScript(script: WorkerScript, response: ServerResponse): Promise<void> {
  if (typeof script === 'function') {
    sendScript(response, script(await text(BUILT)));
    return;
  }
  switch (script) {
    case 'missing':
      response.writeHead(404, { 'content-type': 'text/plain' }).end('No such file.');
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>The app</title>');
      return;
    case 'throwing':
      sendScript(response, "throw new Error('The worker script was cut in half.');");
      return;
    case 'built':
      sendScript(response, await text(BUILT));
      return;
    case 'recorded':
      sendScript(response, `${await text(RECORDER)}\n${await text(BUILT)}`);
  }
}

function sendScript(response: ServerResponse, source: string): void {
  response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-cache' }).end(source);
}

const read = new Map<URL, string>();

// Read once: a build that happens to run meanwhile changes nothing under a test.
async function text(file: URL): Promise<string> {
  try {
    const source = read.get(file) ?? (await readFile(file, 'utf8'));
    read.set(file, source);
    return source;
  } catch (cause) {
    throw new Error(`Cannot read ${fileURLToPath(file)}: build the package first (npm run build).`, {
      cause,
    });
  }
}

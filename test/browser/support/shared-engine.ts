import { test as base } from 'vitest';
import type { Engine } from './engine.js';
import { startEngine } from './start-engine.js';

let running: Promise<Engine> | undefined;

/** Another one where the last has crashed: the files that follow are not to fail for it. */
async function sharedEngine(): Promise<Engine> {
  running ??= startEngine();
  const engine = await running.catch(() => undefined);
  if (engine && !engine.hasCrashed) return engine;
  await engine?.close().catch(() => undefined);
  return (running = startEngine());
}

async function closeEngine(): Promise<void> {
  const engine = running;
  running = undefined;
  await (await engine)?.close();
}

/**
 * One browser for all files that a worker of the test runner is given; a test has a profile of its own. Vitest keeps a
 * worker's fixtures for each `test` that is extended, so what is shared is kept here.
 */
export const test = base
  .extend('engineOfWorker', { scope: 'worker' }, ({}, { onCleanup }) => {
    onCleanup(closeEngine);
    return sharedEngine;
  })
  .extend('engine', { scope: 'file' }, ({ engineOfWorker }): Promise<Engine> => engineOfWorker());

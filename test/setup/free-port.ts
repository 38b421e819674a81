import { createServer } from 'node:net';

// Below those that a system gives to whoever asks for any, and above those that browsers refuse.
const LOWEST = 12_000;
const HIGHEST = 32_000;

/** A port for a program that cannot choose one itself; nobody is likely to take it before that does. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

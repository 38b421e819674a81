export interface BearerWorkerOptions {
  /**
   * Where the worker script is served, below Vite's `base`. Its folder is the worker's scope. With a `base` or a
   * `path` of your own the page names it: `workerUrl: import.meta.env.BASE_URL + 'bearer-worker.js'`.
   *
   * @default 'bearer-worker.js'
   */
  path?: string | undefined;
  /**
   * A worker of your own, relative to Vite's `root`, that calls `installTokenInjector` of
   * `bearer-worker/sw`. It is bundled into one classic script; in development a changed one takes over at once
   * (`skipWaiting`), in a build when it says so itself. Without it the ready-made worker is used.
   */
  source?: string | undefined;
}

export interface CheckedOptions {
  path: string;
  source: string | undefined;
}

/** Checks what the plugin was given when the configuration is read, before anything is built on it. */
export function checkOptions(options: BearerWorkerOptions = {}): CheckedOptions {
  for (const name of Object.keys(options)) {
    if (name !== 'path' && name !== 'source') {
      throw new Error(`bearerWorker(): there is no option "${name}"; there are "path" and "source".`);
    }
  }
  return { path: checkPath(options.path ?? 'bearer-worker.js'), source: checkSource(options.source) };
}

function checkPath(path: unknown): string {
  const expected =
    'it must be a file below the root of the site that ends in .js, for example "bearer-worker.js"';
  if (typeof path !== 'string') throw new Error(`bearerWorker(): "path" is ${typeof path}; ${expected}.`);
  const relative = path.replace(/^\//, '');
  const segments = relative.split('/');
  const odd = segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  if (odd || !/^[^?#\\%\s:]+\.m?js$/.test(relative)) {
    throw new Error(`bearerWorker(): "path" is "${path}"; ${expected}.`);
  }
  return relative;
}

function checkSource(source: unknown): string | undefined {
  if (source === undefined || (typeof source === 'string' && source !== '')) return source;
  throw new Error(
    `bearerWorker(): "source" is ${JSON.stringify(source)}; it must be the path of your worker's source file, ` +
      'for example "src/worker.ts", or be left out for the ready-made worker.',
  );
}

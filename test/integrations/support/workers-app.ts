import type { Realm, EnginePage } from '../../browser/support/engine.js';
import type { World } from '../../browser/support/world.js';
import { buildApp, makeApp, pluginOf, put } from './tools-app.js';
import { runnable } from '../../package/docs-blocks.js';
import { Site } from './tools-site.js';

export const PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The app</title>
<script type="module" src="/src/main.ts"></script><h1>The app</h1>`;

/** The app's own start: it registers as the document says, and lets the test look at the injector. */
const MAIN = `import { injector } from './token';\nObject.assign(globalThis, { injector });\n`;

/** Scripts without a hash, for a worker that names them itself. */
const OUTPUT = { entryFileNames: 'assets/app.js', chunkFileNames: 'assets/[name].js' };

/** An app with a worker of its own, which is bundled by our plugin. */
export class WorkerApp {
  readonly #folder: string;
  #deployments = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(files: Readonly<Record<string, string>> = {}): Promise<WorkerApp> {
    const token = runnable('docs/workers.md', 'token');
    return new WorkerApp(
      await makeApp({ 'index.html': PAGE, 'src/main.ts': MAIN, 'src/token.ts': token, ...files }),
    );
  }

  /** Builds the app with this worker; the answer is the folder to be given out. */
  async deploy(worker: string): Promise<string> {
    this.#deployments += 1;
    await put(this.#folder, { 'src/sw.ts': worker });
    const bearerWorker = await pluginOf(this.#folder);
    const outDir = `dist-${this.#deployments}`;
    await buildApp(this.#folder, {
      configFile: false,
      plugins: [bearerWorker({ source: 'src/sw.ts', path: 'sw.js' })],
      build: { outDir, rollupOptions: { output: OUTPUT } },
    });
    return `${this.#folder}/${outDir}`;
  }
}

/** Serves an app with that worker, and opens it. */
export async function openWorkerApp(
  world: World,
  worker: string,
): Promise<{ app: WorkerApp; site: Site; page: EnginePage }> {
  const app = await WorkerApp.make();
  const site = new Site(world.app, await app.deploy(worker));
  const page = await world.profile.openPage(site.url);
  return { app, site, page };
}

const REGISTERED_MS = 30_000;

/** Resolves when the app has registered; says where its tokens are attached. */
export function modeOf(page: Realm): Promise<string> {
  return page.evaluate(async (patienceMs) => {
    const app = globalThis as { injector?: { mode: string } };
    for (const endMs = Date.now() + patienceMs; Date.now() < endMs;) {
      if (app.injector) return app.injector.mode;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return 'has not registered';
  }, REGISTERED_MS);
}

/** The status of each answer; an error is its name. All are sent at once. */
export function statuses(page: Realm, url: string, count = 1, method = 'GET'): Promise<(number | string)[]> {
  return page.evaluate(
    (to, times, by) =>
      Promise.all(
        Array.from({ length: times }, () =>
          fetch(to, { method: by, ...(/GET|HEAD/.test(by) ? {} : { body: 'content' }) }).then(
            ({ status }) => status,
            (error: Error) => error.name,
          ),
        ),
      ),
    url,
    count,
    method,
  );
}

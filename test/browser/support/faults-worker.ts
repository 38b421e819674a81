import type { AppServer } from './app-server.js';

/** The built worker with something before it. */
export class AlteredWorker {
  readonly #preludes = new Map<string, string>();
  readonly #app: AppServer;

  constructor(app: AppServer) {
    this.#app = app;
  }

  /**
   * Runs `install`, which travels as text, in every worker that is installed from now on, before the script itself.
   * Once for each name; the script is another one then, so a page that registers again brings a new worker.
   */
  begin<Args extends unknown[]>(install: (...args: Args) => void, ...args: Args): void {
    const given = args.map((arg) => JSON.stringify(arg)).join(', ');
    this.#preludes.set(install.name, `(${install.toString()})(${given});`);
    this.#app.workerScript = (built) => [...this.#preludes.values(), built].join('\n');
  }
}

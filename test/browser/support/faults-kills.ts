import type { FaultyNetwork } from './faults-network.js';
import type { FaultyStorage } from './faults-storage.js';
import type { AlteredWorker } from './faults-worker.js';
import type { Tab } from './tab.js';
import type { World } from './world.js';

/**
 * Where in a refresh the worker ends: woken, and its store not read yet; a provider called, and no answer there yet;
 * the answer taken, and not written yet; the request sent again, and not answered yet.
 */
export type Moment = 'before-read' | 'while-asked' | 'before-write' | 'mid-replay';

const REPORT = '/fault-moment';

/** Ends the worker at a named moment, and not about then. */
export class WorkerKills {
  readonly #world: World;
  readonly #network: FaultyNetwork;
  readonly #storage: FaultyStorage;

  constructor(world: World, worker: AlteredWorker, network: FaultyNetwork, storage: FaultyStorage) {
    this.#world = world;
    this.#network = network;
    this.#storage = storage;
    worker.begin(reportStoreAccess, REPORT);
    network.add(({ seen, response }) => {
      if (!seen.path.startsWith(REPORT)) return false;
      response.writeHead(204).end();
      return true;
    });
  }

  /** Sends a request from the tab, ends the worker at the moment, and says what the tab was answered. */
  async during(moment: Moment, tab: Tab, path: string): Promise<Awaited<ReturnType<Tab['fetch']>>> {
    const { profile } = this.#world;
    if (moment === 'before-read') {
      const letGo = await this.#storage.hold(tab.page);
      await profile.stopWorkers();
      const reading = this.#network.next(`${REPORT}/readonly`);
      const answer = tab.fetch(path);
      await reading;
      await profile.stopWorkers();
      await letGo();
      return answer;
    }
    if (moment === 'before-write') {
      const provider = this.#network.hold('/mint');
      const answer = tab.fetch(path);
      await provider.arrived;
      const letGo = await this.#storage.hold(tab.page);
      const writing = this.#network.next(`${REPORT}/readwrite`);
      provider.release();
      await writing;
      await profile.stopWorkers();
      await letGo();
      return answer;
    }
    const held = moment === 'while-asked' ? this.#network.hold('/mint') : this.#network.hold(path, 2);
    const answer = tab.fetch(path);
    await held.arrived;
    await profile.stopWorkers();
    held.release();
    return answer;
  }
}

/** Tells the server of each transaction as it is opened, before it has been let at the store. */
function reportStoreAccess(path: string): void {
  const { prototype } = IDBDatabase;
  const open = Reflect.get(prototype, 'transaction');
  prototype.transaction = function (stores, mode = 'readonly', ...rest) {
    void fetch(`${path}/${mode}`);
    return open.call(this, stores, mode, ...rest);
  };
}

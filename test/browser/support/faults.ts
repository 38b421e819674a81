import { FaultyClocks } from './faults-clocks.js';
import { WorkerKills } from './faults-kills.js';
import { FaultyMessages } from './faults-messages.js';
import { FaultyNetwork } from './faults-network.js';
import { FaultyStorage } from './faults-storage.js';
import { Versions } from './faults-versions.js';
import { AlteredWorker } from './faults-worker.js';
import { test as base, windowedTest as windowedBase } from './world.js';
import type { World } from './world.js';

/**
 * What goes wrong in the field, on demand and in a line each. What a tab does as a whole (freeze, thaw, go back, come
 * to the front, close) is on its page. A worker takes its faults along when it is installed, so `inWorker` comes
 * before the first page registers.
 */
export class Faults {
  readonly worker: AlteredWorker;
  readonly clocks: FaultyClocks;
  readonly network: FaultyNetwork;
  readonly storage: FaultyStorage;
  readonly messages: FaultyMessages;
  readonly versions: Versions;
  readonly kills: WorkerKills;

  constructor(world: World) {
    this.worker = new AlteredWorker(world.app);
    this.network = new FaultyNetwork(world.app);
    this.clocks = new FaultyClocks(world, this.worker);
    this.storage = new FaultyStorage();
    this.messages = new FaultyMessages(this.worker);
    this.versions = new Versions(this.worker);
    this.kills = new WorkerKills(world, this.worker, this.network, this.storage);
  }
}

export const test = base.extend('faults', ({ world }): Faults => new Faults(world));

export const windowedTest = windowedBase.extend('faults', ({ world }): Faults => new Faults(world));

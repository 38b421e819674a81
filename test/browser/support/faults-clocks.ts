import type { AlteredWorker } from './faults-worker.js';
import type { Tab } from './tab.js';
import type { World } from './world.js';

/** Three clocks that need not agree: the device's (worker and pages), the server's, and that of whoever issues. */
export class FaultyClocks {
  readonly #world: World;
  readonly #worker: AlteredWorker;
  #deviceMs = 0;

  constructor(world: World, worker: AlteredWorker) {
    this.#world = world;
    this.#worker = worker;
    worker.begin(shiftableClock, 0);
  }

  /** The device's clock differs by this from now on, the server's does not. */
  async setDevice(seconds: number): Promise<void> {
    this.#deviceMs = seconds * 1000;
    const reached: boolean[] = [];
    for (const tab of this.#world.tabs) reached.push(await shift(tab, this.#deviceMs));
    if (!reached.includes(true)) this.#worker.begin(shiftableClock, this.#deviceMs);
  }

  /** That much time goes by, everywhere. Of what waits on a timer nothing notices: so is a device that sleeps. */
  async pass(seconds: number): Promise<void> {
    this.#world.app.issuer.shiftMs += seconds * 1000;
    await this.setDevice(this.#deviceMs / 1000 + seconds);
  }

  /** Tokens are as old as this when they are handed out. */
  setAge(seconds: number): void {
    this.#world.app.issuer.ageSeconds = seconds;
  }
}

function shiftableClock(initialMs: number): void {
  const now = Date.now.bind(Date);
  let shiftMs = initialMs;
  Date.now = () => now() + shiftMs;
  addEventListener('message', ({ data, ports: [port] }: MessageEvent<{ faultClockMs?: number } | null>) => {
    if (data?.faultClockMs === undefined) return;
    shiftMs = data.faultClockMs;
    port?.postMessage(null);
  });
}

/** The page's own clock, and that of its worker, if it has one; a worker that is stopped forgets it. */
function shift(tab: Tab, ms: number): Promise<boolean> {
  return tab.evaluate(async (shiftMs) => {
    const own = globalThis as { unshiftedNow?: () => number };
    const now = (own.unshiftedNow ??= Date.now.bind(Date));
    Date.now = () => now() + shiftMs;
    const worker = navigator.serviceWorker.controller;
    if (!worker) return false;
    const { port1, port2 } = new MessageChannel();
    const isSet = new Promise((resolve) => (port1.onmessage = resolve));
    worker.postMessage({ faultClockMs: shiftMs }, [port2]);
    await isSet;
    return true;
  }, ms);
}

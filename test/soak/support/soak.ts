import { setTimeout as sleep } from 'node:timers/promises';
import { FaultyNetwork } from '../../browser/support/faults-network.js';
import { FaultyStorage } from '../../browser/support/faults-storage.js';
import type { Holder } from '../../browser/support/token-issuer.js';
import { ALICE, BOB, type World } from '../../browser/support/world.js';
import { createRandom } from '../../schedules/support/random.js';
import type { Deed } from './deed.js';
import { DEEDS_TO_ALL } from './deeds-to-all.js';
import { DEEDS_TO_TABS } from './deeds-to-tabs.js';
import { EVERYONE, History } from './history.js';
import { Judge } from './judge.js';
import { SoakedTab, type Lane } from './soaked-tab.js';
import { Verdicts } from './verdicts.js';

/** The fallback page first: it is one only while nobody has brought a worker yet. */
const PLACES: readonly (readonly [Lane, Holder])[] = [
  ['fallback', ALICE],
  ['worker', ALICE],
  ['worker', ALICE],
  ['always', ALICE],
  ['worker', BOB],
  ['always', BOB],
];

const DEEDS: readonly Deed[] = [...DEEDS_TO_TABS, ...DEEDS_TO_ALL];

/** Each so often nothing new befalls the tabs, since only then is it seen that all heals. */
const STORM_MS = 30_000;
const CALM_MS = 10_000;

/** The longest wait after the failures that there can have been in one storm. */
const LAST_CALM_MS = 20_000;

/** What a tab is doing takes some seconds; a reload on a busy machine a few more. */
const DEED_MS = 30_000;

/** One run: six tabs at work, and what befalls them. */
export class Soak {
  readonly history = new History();
  readonly verdicts: Verdicts;
  readonly storage = new FaultyStorage();
  readonly network: FaultyNetwork;
  readonly tabs: SoakedTab[] = [];
  /** Tabs whose provider is out of order, by name. */
  readonly ailing = new Set<string>();
  readonly world: World;
  readonly judge: Judge;
  readonly random: () => number;
  readonly #underWay = new Set<Promise<void>>();
  #opened = 0;

  constructor(world: World, seed: number) {
    this.world = world;
    this.random = createRandom(seed);
    this.verdicts = new Verdicts(this.history, world.app.tokenHost.calls);
    this.network = new FaultyNetwork(world.app);
    this.judge = new Judge(world, this.history, this.verdicts);
  }

  /** A whole number of that range. */
  readonly between = (least: number, most: number): number =>
    least + Math.floor(this.random() * (most - least + 1));

  readonly pick = <T>(from: readonly T[]): T => from[this.between(0, from.length - 1)]!;

  async start(): Promise<void> {
    const { app, profile } = this.world;
    // Workers are stopped by way of the profile's first page, so that one stays.
    await profile.openPage(`${app.elsewhere}/landed`);
    this.history.begin('no worker', EVERYONE);
    for (const [lane, user] of PLACES) {
      app.workerScript = lane === 'fallback' ? 'missing' : 'recorded';
      this.tabs.push(await this.openTab(lane, user));
    }
  }

  async openTab(lane: Lane, user: Holder): Promise<SoakedTab> {
    const name = `${lane}-${++this.#opened}`;
    const lifeSeconds = this.between(12, 20);
    const tab = new SoakedTab(name, lane, user, this.world, this.history, this.verdicts);
    await tab.open(lifeSeconds);
    tab.doing = undefined;
    return tab;
  }

  /**
   * A tab that nothing is being done to. None while the network is away: what is loaded then fails, and one that was
   * frozen when it went would be free for that.
   */
  idleTab(): SoakedTab | undefined {
    if (this.history.find(['offline'], undefined, Date.now()).length > 0) return undefined;
    const idle = this.tabs.filter(({ doing }) => doing === undefined);
    return idle.length > 0 ? this.pick(idle) : undefined;
  }

  async run(forMs: number): Promise<void> {
    const endMs = Date.now() + forMs;
    const watching = setInterval(() => void this.#drain(), 1000);
    const telling = setInterval(() => this.judge.tell(), 10_000);
    try {
      for (let stormEndMs = Date.now() + STORM_MS; Date.now() < endMs;) {
        this.#doSomething();
        await sleep(this.between(100, 1000));
        if (Date.now() < stormEndMs) continue;
        await sleep(CALM_MS);
        stormEndMs = Date.now() + STORM_MS;
      }
      await Promise.race([Promise.all(this.#underWay), sleep(DEED_MS)]);
      await sleep(LAST_CALM_MS);
      await this.#settle();
    } finally {
      clearInterval(watching);
      clearInterval(telling);
    }
    this.judge.judgeAll();
  }

  /** A deed that did not come off, which may be what the deed itself has done, or another one. */
  fail(deed: string, who: string, error: unknown): void {
    const about = `${deed}: ${String(error).split('\n')[0]}`;
    this.verdicts.count(`failed: ${about}`);
    this.history.note('fails', who, about);
  }

  #doSomething(): void {
    let at = this.random() * DEEDS.reduce((sum, { weight }) => sum + weight, 0);
    const { name, ...deed } = DEEDS.find(({ weight }) => (at -= weight) < 0) ?? DEEDS[0]!;
    const done = deed
      .run(this)
      .then(
        (isDone) => isDone && this.verdicts.count(`did: ${name}`),
        (error: unknown) => this.fail(name, EVERYONE, error),
      )
      .then(() => void this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  async #drain(): Promise<void> {
    const awake = this.tabs.filter(({ doing }) => doing === undefined || doing === 'network off and on');
    // A page may be closed or loaded meanwhile.
    await Promise.all(awake.map((tab) => tab.drain().catch(() => undefined)));
  }

  /** No more is sent; what is under way ends, or ages until it is told of. */
  async #settle(): Promise<void> {
    const awake = this.tabs.filter(({ doing }) => doing === undefined);
    for (const { name, doing } of this.tabs) if (doing) this.verdicts.violate('a tab is stuck', name, doing);
    await Promise.all(awake.map((tab) => tab.stopTraffic()));
    const endMs = Date.now() + 65_000;
    let pending = 1;
    while (pending > 0 && Date.now() < endMs) {
      await sleep(1000);
      pending = (await Promise.all(awake.map((tab) => tab.drain()))).reduce((sum, each) => sum + each, 0);
    }
  }
}

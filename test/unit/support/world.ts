import { DEFAULTS, type WorkerOptions } from '../../../src/core/options.js';
import type { Announcement } from '../../../src/core/ports.js';
import { jwt } from './jwt.js';
import { VirtualClock } from './virtual-clock.js';
import { VirtualLocks } from './virtual-locks.js';
import { VirtualPage, type VirtualProvider } from './virtual-page.js';
import { VirtualServer } from './virtual-server.js';
import { VirtualStore } from './virtual-store.js';
import { VirtualWorker } from './virtual-worker.js';

/** The life of a token that a test says nothing about: Connect's. */
export const LIFE_SECONDS = 180;

/** One storage partition with its pages, its worker and its server. Nothing in it is real but the core. */
export class World {
  readonly clock = new VirtualClock();
  readonly locks = new VirtualLocks(this.clock);
  readonly store = new VirtualStore(this.clock);
  readonly server = new VirtualServer(this.clock);
  readonly pages = new Map<string, VirtualPage>();
  /** The cores that hear each other's announcements. */
  readonly channel = new Set<VirtualWorker>();
  hasChannel = true;
  /** False on an insecure page. */
  canDigest = true;
  /** All that was ever announced, or told to a page. */
  readonly announcements: Announcement[] = [];
  readonly notices: { page: string; name: string; detail: unknown }[] = [];
  /** Every token that was ever made. */
  readonly tokens: string[] = [];
  /** What `random()` gives. */
  random = 0.5;
  readonly options: WorkerOptions;
  /** The worker that requests and commands go to. */
  worker: VirtualWorker;

  constructor(options: Partial<WorkerOptions> = {}) {
    this.options = { ...DEFAULTS, ...options };
    this.worker = this.addCore();
  }

  /** Another core of the partition, such as a page's own. */
  addCore(): VirtualWorker {
    const core = new VirtualWorker(this, this.options, 'https://app.example/');
    this.channel.add(core);
    return core;
  }

  /** Kills the worker and starts one that knows nothing but the store. */
  restartWorker(): void {
    this.worker.kill();
    this.channel.delete(this.worker);
    this.worker = this.addCore();
  }

  openPage(id: string, provider: VirtualProvider = this.gives(id)): VirtualPage {
    const page = new VirtualPage(this, id, 'window', provider);
    this.pages.set(id, page);
    return page;
  }

  openWorker(id: string): VirtualPage {
    const page = new VirtualPage(this, id, 'worker', () => undefined);
    page.hasLibrary = false;
    this.pages.set(id, page);
    return page;
  }

  /** A page that has registered. */
  async registeredPage(id: string, provider?: VirtualProvider, identity?: string): Promise<VirtualPage> {
    const page = this.openPage(id, provider);
    await this.clock.until(page.register(identity));
    return page;
  }

  /** A new token of this user, issued now by the server's clock. */
  mint(sub: string, lifeSeconds = LIFE_SECONDS, more: Record<string, unknown> = {}): string {
    const iat = Math.floor(this.clock.trueNowMs() / 1000);
    const token = jwt({ sub, iat, exp: iat + lifeSeconds, ...more });
    this.tokens.push(token);
    return token;
  }

  /** The nth token that was made, or the last; throws where there is none, so that nothing is equal to it. */
  token(index: number): string {
    const token = this.tokens.at(index);
    if (token === undefined) throw new Error(`only ${this.tokens.length} tokens were made`);
    return token;
  }

  mintOpaque(): string {
    const token = `opaque-${this.tokens.length}-${'x'.repeat(20)}`;
    this.tokens.push(token);
    return token;
  }

  /** A provider that gives this user a new token at each call. */
  gives(sub: string, lifeSeconds = LIFE_SECONDS, takesMs = 0): VirtualProvider {
    return async () => {
      if (takesMs) await this.clock.sleep(takesMs);
      return this.mint(sub, lifeSeconds);
    };
  }

  nowSeconds(): number {
    return this.clock.trueNowMs() / 1000;
  }

  /** Calls of every provider. */
  providerCalls(): number {
    return [...this.pages.values()].reduce((sum, page) => sum + page.calls.length, 0);
  }
}

export const hangs: VirtualProvider = () => new Promise(() => undefined);

export const rejects: VirtualProvider = () => Promise.reject(new Error('the user is not logged in'));

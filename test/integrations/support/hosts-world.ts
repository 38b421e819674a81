import { readFile } from 'node:fs/promises';
import type { AppServer, Exchange } from '../../browser/support/app-server.js';
import type { Realm } from '../../browser/support/engine.js';
import { serveHttp2 } from '../../browser/support/faults-http2.js';
import type { Holder } from '../../browser/support/token-issuer.js';
import { test as base } from '../../browser/support/world.js';
import type { World } from '../../browser/support/world.js';
import { hostsScripts } from './hosts-bundle.js';

const APP = '<!doctype html><title>The app</title><script type="module" src="/hosts.js"></script>';
const HOST = '<!doctype html><title>The host</title><body><script src="/hosts-host-page.js"></script>';

/** A page of the host, which holds the app in a frame of another site. */
export interface EmbeddedApp extends Realm {
  /** What the host's token service was asked so far, by this page. */
  hostCalls(): number;
  /** The page's and the frame's. */
  readonly console: readonly string[];
}

export class Hosts {
  readonly world: World;
  /** Https: App Bridge speaks to no other. */
  readonly #host: string;

  constructor(world: World, host: string) {
    this.world = world;
    this.#host = host;
  }

  /** The app's own page, in a tab of its own: apps without a host. */
  async openAlone(): Promise<Realm> {
    return this.world.profile.openPage(`${this.world.app.origin}/hosts.html`);
  }

  async open(tab: string, holder: Holder): Promise<EmbeddedApp> {
    const { app, profile } = this.world;
    app.tokenHost.open(tab, holder, 300);
    const appUrl = new URL('/hosts.html', app.origin);
    // As Shopify tells its apps where they are, and as Teams' apps are told whom to trust.
    appUrl.searchParams.set('host', btoa(`${new URL(this.#host).host}/store`));
    appUrl.searchParams.set('origin', this.#host);
    const url = new URL('/hosts-host.html', this.#host);
    url.searchParams.set('tab', tab);
    url.searchParams.set('app', appUrl.href);
    const page = await profile.openPage(url.href);
    const frame = await page.frame('app');
    const hostCalls = (): number => app.tokenHost.callsOf(tab).length;
    return { ...frame, hostCalls, console: page.console };
  }
}

/** The world of the other browser tests, with hosts in it; `routes` come first. */
export const test = base.extend('hosts', async ({ world }, { onCleanup }): Promise<Hosts> => {
  const server = await serveHttp2(world.app);
  onCleanup(() => server.close());
  const scripts = await hostsScripts();
  world.app.intercept = (exchange) => answerHosts(exchange, scripts);
  return new Hosts(world, server.origin.replace('127.0.0.1', 'localhost'));
});

/** Answers a path of these tests' own; says whether it did. */
export async function answerHosts(
  { seen, response }: Exchange,
  scripts: ReadonlyMap<string, string>,
): Promise<boolean> {
  const script =
    scripts.get(seen.path) ?? (seen.path === '/hosts-host-page.js' ? await hostPage() : undefined);
  const html = { '/hosts.html': APP, '/hosts-host.html': HOST }[seen.path];
  if (script === undefined && html === undefined) return false;
  response
    .writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html; charset=utf-8' })
    .end(script ?? html);
  return true;
}

function hostPage(): Promise<string> {
  return readFile(new URL('./hosts-host-page.js', import.meta.url), 'utf8');
}

/** What the API saw since the log was cleared: every request's verdict and answer, in order. */
export function apiRequests(app: AppServer, path = '/api/echo'): string[] {
  return app.seen.at(path).map(({ judgement, status }) => `${judgement.verdict} ${status}`);
}

import { expect } from 'vitest';
import type { Exchange } from '../../../browser/support/app-server.js';
import { wireBody } from '../../../browser/support/matrix-routes.js';
import type { SeenRequest } from '../../../browser/support/seen-requests.js';
import type { Tab } from '../../../browser/support/tab.js';
import type { TabOptions, World } from '../../../browser/support/world.js';
import { sendClient } from './bundle.js';
import type { Lane } from './lanes.js';

/** What the back end has beside the routes of all tests; says whether it has answered. */
export type ClientRoutes = (exchange: Exchange) => boolean | Promise<boolean>;

/**
 * Opens the app with a client in it, before anything is registered: an app imports its client at the top of a file,
 * and registers later.
 */
export async function openClient(
  world: World,
  lane: Lane,
  client: string,
  routes: ClientRoutes = () => false,
  options: TabOptions = {},
): Promise<Tab> {
  world.app.workerScript = lane.workerScript;
  world.app.intercept = async (exchange) =>
    (await sendClient(exchange)) || refuse(exchange) || (await routes(exchange));
  const tab = await world.openTab('a', options);
  await load(tab, client);
  return tab;
}

/** Loads the client’s script; an import would be rewritten on its way into the page. */
export async function load(tab: Tab, client: string): Promise<void> {
  await tab.evaluate(
    (src) =>
      new Promise<void>((resolve, reject) => {
        const script = Object.assign(document.createElement('script'), { type: 'module', src });
        script.onload = () => resolve();
        script.onerror = () => reject(new Error(`${src} did not load.`));
        document.head.append(script);
      }),
    `/clients/${client}/${client}.js`,
  );
}

/** Registers and gets a first token, which the server then refuses. */
export async function registerAndRevoke(world: World, tab: Tab, lane: Lane): Promise<void> {
  await registerAndFetch(world, tab, lane);
  world.app.issuer.revokeAll();
}

export async function registerAndFetch(world: World, tab: Tab, lane: Lane): Promise<void> {
  expect(await tab.register(lane.options)).toBe(lane.mode);
  expect((await tab.fetch('/api/echo?first')).status).toBe(200);
  world.app.seen.clear();
}

/**
 * That these tests see when nothing is done was tried in two ways: nearly every one has its client ask before the
 * registration, and expects the client's own error for a 401; and with a `retryStatus` that names another status, every
 * test that goes through a refusal fails.
 *
 * What the server saw under /api/ since: each request refused at most once, then sent again as it was and served, and
 * all that were refused together had the provider asked once. Says how many were served.
 */
export function expectOneRefresh(world: World, tab: Tab, refreshes = 1): number {
  const reasons = ['initial', ...Array<string>(refreshes).fill('rejected')];
  expect(tab.providerCalls.map(({ reason }) => reason)).toEqual(reasons);
  const verdicts = new Map<string, string[]>();
  for (const request of covered(world)) {
    const words = ownWords(request);
    verdicts.set(words, [...(verdicts.get(words) ?? []), request.judgement.verdict]);
  }
  for (const [words, each] of verdicts) expect([['good'], ['revoked', 'good']], words).toContainEqual(each);
  expect(covered(world).length).toBeGreaterThan(verdicts.size);
  return verdicts.size;
}

/** Every request under /api/ that the server saw. */
export function covered({ app }: World): SeenRequest[] {
  return app.seen.all.filter(({ path }) => path.startsWith('/api/'));
}

/** What the client has said of it: two requests of the same words are the same request, sent again. */
function ownWords({ method, url, headers, body, bodyText }: SeenRequest): string {
  const own = headers.filter(([name]) =>
    /^(x-|accept$|content-type$|range$|hx-|last-event-id|upload-)/.test(name),
  );
  const text = own.map(([name, value]) => `${name}: ${value.replace(/boundary=.*/, '')}`);
  return [`${method} ${url}`, ...text.sort(), wireBody(headers, body, bodyText)].join('\n');
}

/** As the server’s own routes do. */
function refuse({ seen, response }: Exchange): boolean {
  if (!seen.path.startsWith('/api/') || seen.judgement.verdict === 'good') return false;
  response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' });
  response.end(JSON.stringify({ refused: seen.judgement.verdict }));
  return true;
}

import { BYPASS_HASH } from '../src/core/bypass.js';
import { DESTINATIONS } from '../src/core/match.js';
import type { WorkerOptions } from '../src/core/options.js';

/** Static routing (Service Worker specification, `InstallEvent.addRoutes`); TypeScript's library lacks it. */
interface RouterRule {
  condition: RouterCondition;
  source: 'network';
}
interface RouterCondition {
  urlPattern?: { protocol: string; hostname: string; port: string } | { pathname: string; hash: string };
  requestMode?: string;
  requestDestination?: string;
  or?: RouterCondition[];
  not?: RouterCondition;
}
interface RoutableInstallEvent extends ExtendableEvent {
  addRoutes?(rules: RouterRule[]): Promise<void>;
}

/** Chromium has them, and nobody else. */
export function hasRoutes(): boolean {
  const { InstallEvent } = globalThis as { InstallEvent?: { prototype: object } };
  return !!InstallEvent && 'addRoutes' in InstallEvent.prototype;
}

const NAVIGATION_DESTINATIONS = ['document', 'iframe', 'frame'];

/**
 * Takes what no path could make covered past the worker, where the engine can (Chromium): other origins, destinations
 * and navigations that no rule asks for, and what a page's own lane sends. A small GET then takes 1.16 of one without any
 * worker; past a listener that does not answer it takes 1.29 (test/bench/results.md).
 *
 * Paths are left to the listener, on purpose: a page keeps the routes of the worker that it was loaded under when a
 * newer one takes over (seen in Chromium 156), so a path that an app adds to `include` would get no token until the
 * page is loaded a second time.
 */
export function addRoutes(event: ExtendableEvent, options: WorkerOptions, origin: string): void {
  const routable = event as RoutableInstallEvent;
  if (!routable.addRoutes) return;
  // An engine that knows fewer conditions rejects; the listener then declines each such request itself.
  event.waitUntil(routable.addRoutes(routesFor(options, origin)).catch(() => undefined));
}

function routesFor({ include }: WorkerOptions, origin: string): RouterRule[] {
  const { protocol, hostname, port } = new URL(origin);
  const rules = include.flatMap((entry) => (typeof entry === 'string' ? [] : entry));
  const hasNavigations = rules.some((rule) => rule.navigations);
  const wanted = [
    ...DESTINATIONS,
    ...rules.flatMap((rule) => rule.destinations ?? []),
    ...(hasNavigations ? NAVIGATION_DESTINATIONS : []),
  ];
  // In URLPattern's syntax; an IPv6 address has colons and brackets.
  const host = hostname.replace(/[[\]:]/g, '\\$&');
  const conditions: RouterCondition[] = [
    { not: { urlPattern: { protocol: protocol.slice(0, -1), hostname: host, port } } },
    // The path too has to be said: a pattern takes what is before its first part from the worker's own URL.
    { urlPattern: { pathname: '*', hash: BYPASS_HASH.slice(1) } },
    { not: { or: wanted.map((requestDestination) => ({ requestDestination })) } },
  ];
  if (!hasNavigations) conditions.push({ requestMode: 'navigate' });
  return conditions.map((condition) => ({ condition, source: 'network' }));
}

import type { WorkerOptions } from '../src/core/options.js';

/** Static routing (Service Worker specification, `InstallEvent.addRoutes`); TypeScript's library lacks it. */
interface RouterRule {
  condition: RouterCondition;
  source: 'network';
}
interface RouterCondition {
  urlPattern?: { protocol?: string; hostname?: string; port?: string; pathname?: string };
  requestMode?: string;
  or?: RouterCondition[];
  not?: RouterCondition;
}
interface RoutableInstallEvent extends ExtendableEvent {
  addRoutes?(rules: RouterRule[]): Promise<void>;
}

/**
 * Takes what is not covered past the worker, where the engine can (Chromium): such a request then costs 1.07 of one
 * without any worker, where a listener that does not answer costs 1.19, and unload requests stay whole.
 */
export function addRoutes(event: ExtendableEvent, options: WorkerOptions, origin: string): void {
  const routable = event as RoutableInstallEvent;
  if (!routable.addRoutes) return;
  // An engine that knows fewer conditions rejects; the worker then declines each such request itself.
  event.waitUntil(routable.addRoutes(routesFor(options, origin)).catch(() => undefined));
}

export function routesFor(options: WorkerOptions, origin: string): RouterRule[] {
  const rules = options.include.map((entry) => (typeof entry === 'string' ? { path: entry } : entry));
  const covered = rules.flatMap(({ path }) => patternsFor(path, origin));
  const uncovered: RouterCondition[] = [
    { not: { or: covered } },
    ...options.exclude.flatMap((path) => patternsFor(path, origin)),
  ];
  if (!rules.some((rule) => 'navigations' in rule && rule.navigations))
    uncovered.push({ requestMode: 'navigate' });
  return uncovered.map((condition) => ({ condition, source: 'network' }));
}

/** The path itself and what is below it. */
function patternsFor(path: string, origin: string): RouterCondition[] {
  const url = new URL(path, origin);
  const pathname = url.pathname.replace(/\/+$/, '').replace(/[.+*?^${}()[\]|\\:]/g, '\\$&');
  const own = { protocol: url.protocol.slice(0, -1), hostname: escapeHost(url.hostname), port: url.port };
  return [pathname, `${pathname}/*`].map((pattern) => ({ urlPattern: { ...own, pathname: pattern || '/' } }));
}

function escapeHost(hostname: string): string {
  return hostname.replace(/[[\]:]/g, '\\$&');
}

import type { RouteRule, WorkerOptions } from './options.js';

/** What of a request decides whether it gets a token; a `Request` has all of it. */
export interface RequestFacts {
  readonly url: string;
  readonly method: string;
  readonly mode: string;
  readonly destination: string;
  readonly referrer: string;
}

/** fetch, XHR, EventSource and beacons have the empty destination. */
export const DESTINATIONS = ['', 'image', 'audio', 'video', 'track'];

/**
 * Says for each request which rule gives it a token, if any. Only parsed URLs are compared, never texts; in
 * doubt there is no rule.
 */
export function createMatcher(
  options: WorkerOptions,
  origin: string,
): (request: RequestFacts) => RouteRule | undefined {
  const toPath = (path: string): string => new URL(path, origin).pathname.replace(/\/+$/, '');
  const rules = options.include.map((entry) => {
    const rule = typeof entry === 'string' ? { path: entry } : entry;
    return { rule, path: toPath(rule.path) };
  });
  const excluded = options.exclude.map(toPath).flatMap((path) => [path, plainest(path, origin)]);

  return (request) => {
    const url = new URL(request.url);
    if (url.origin !== origin) return undefined;
    const found = rules.find(({ path, rule }) => covers(path, url.pathname) && suits(rule, request, origin));
    if (!found) return undefined;
    if (excluded.length > 0) {
      const plain = plainest(url.pathname, origin);
      if (excluded.some((path) => covers(path, url.pathname) || covers(path, plain))) return undefined;
    }
    return found.rule;
  };
}

/** Whole segments, case-sensitively. */
function covers(path: string, pathname: string): boolean {
  return pathname.startsWith(path) && (pathname.length === path.length || pathname[path.length] === '/');
}

/** What a lenient server may take a path for; `exclude` holds for that as well. */
function plainest(pathname: string, origin: string): string {
  try {
    return new URL(decodeURIComponent(pathname).replace(/[\\/]+/g, '/'), origin).pathname;
  } catch {
    return pathname;
  }
}

function suits(rule: RouteRule, request: RequestFacts, origin: string): boolean {
  if (rule.methods && !rule.methods.some((method) => method.toUpperCase() === request.method)) return false;
  if (request.mode === 'navigate') return rule.navigations === true && isOwnNavigation(request, origin);
  return (
    DESTINATIONS.includes(request.destination) || (rule.destinations ?? []).includes(request.destination)
  );
}

/**
 * The referrer is the only sign of who navigates that all engines give. Without it the request may come from
 * another site, and a token on it would bring CSRF back.
 */
function isOwnNavigation(request: RequestFacts, origin: string): boolean {
  if (request.method !== 'GET') return false;
  try {
    return new URL(request.referrer).origin === origin;
  } catch {
    return false;
  }
}

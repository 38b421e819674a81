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
    const path = toPath(rule.path);
    return { rule, path, plain: plainest(path, origin) };
  });
  const excluded = options.exclude.map(toPath).flatMap((path) => [path, plainest(path, origin)]);

  return (request) => {
    const url = new URL(request.url);
    if (url.origin !== origin) return undefined;
    // What the server may take the path for has to be covered too, and not excluded.
    const plainPath = plainest(url.pathname, origin);
    const found = rules.find(
      ({ path, plain, rule }) =>
        covers(path, url.pathname) && covers(plain, plainPath) && suits(rule, request, origin),
    );
    const isExcluded = excluded.some((path) => covers(path, url.pathname) || covers(path, plainPath));
    return isExcluded ? undefined : found?.rule;
  };
}

/** Whole segments, case-sensitively. */
function covers(path: string, pathname: string): boolean {
  return pathname.startsWith(path) && (pathname.length === path.length || pathname[path.length] === '/');
}

/** A path decoded as far as it goes, without double slashes and dot segments: as the most lenient server reads it. */
function plainest(pathname: string, origin: string): string {
  if (!/%|\/\//.test(pathname)) return pathname;
  let decoded = pathname;
  for (let before = ''; before !== decoded;) {
    before = decoded;
    decoded = decoded.replace(/%([0-7][0-9a-f])/gi, (_all, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
  }
  // What it has of `?` and `#` is part of the path.
  const path = decoded.replace(/[\\/]+/g, '/').replace(/[?#]/g, encodeURIComponent);
  return new URL(path, origin).pathname;
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

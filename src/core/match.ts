import type { RouteRule, WorkerOptions } from './options.js';

/** What of a request decides whether it gets a token; a `Request` has all of it. */
export interface RequestFacts {
  readonly url: string | URL;
  readonly method: string;
  readonly mode: string;
  readonly destination: string;
  readonly referrer: string;
}

/** fetch, XHR, EventSource and beacons have the empty destination. */
export const DESTINATIONS = ['', 'image', 'audio', 'video', 'track'];

/** Servers decode once, some twice behind a proxy that does; as often as this no server does. */
const MAX_DECODINGS = 4;

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
  const excluded = options.exclude.flatMap((path) => plainest(toPath(path)) ?? []);

  return (request) => {
    const url = typeof request.url === 'string' ? new URL(request.url) : request.url;
    const plain = url.origin === origin ? plainest(url.pathname) : undefined;
    if (plain === undefined) return undefined;
    const found = rules.find(({ path, rule }) => covers(path, url.pathname) && suits(rule, request, origin));
    return excluded.some((path) => covers(path, plain)) ? undefined : found?.rule;
  };
}

/** Whole segments, case-sensitively. */
function covers(path: string, pathname: string): boolean {
  return pathname.startsWith(path) && (pathname.length === path.length || pathname[path.length] === '/');
}

/**
 * A path decoded as far as it goes, with single slashes: however little of that a server does, what it takes for an
 * excluded path is one here. Undefined where that cannot be known: behind escapes there are dot segments, which a server
 * may resolve at any stage, or yet more escapes.
 */
function plainest(pathname: string): string | undefined {
  let path = pathname;
  // In most paths there is nothing to decode, and no segment that is empty or begins with a dot.
  if (/%|\/[/.]/.test(path)) {
    for (let round = 0, before = ''; before !== path; round++) {
      if (round > MAX_DECODINGS) return undefined;
      before = path;
      path = path.replace(/%([0-7][0-9a-f])/gi, (_all, hex: string) =>
        String.fromCharCode(parseInt(hex, 16)),
      );
    }
    // Escapes beyond ASCII stay, in the parser's spelling: it makes `%C3` of a letter, and leaves `%c3`.
    path = path.replace(/%([a-f].|[89A-F][a-f])/g, (escape) => escape.toUpperCase()).replace(/[\\/]+/g, '/');
    if (/\/\.\.?(\/|$)/.test(path)) return undefined;
  }
  return path.replace(/\/$/, '');
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

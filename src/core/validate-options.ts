import { TokenInjectorError } from './errors.js';
import { DEFAULTS, type RouteRule, type WorkerOptions } from './options.js';

/** A field name or an auth scheme: RFC 9110, section 5.6.2. */
const HTTP_TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** Fetch, "forbidden request-header", and what would break a request: the browser drops them without a word. */
const FORBIDDEN =
  /^(accept-|access-control-|connection$|content-|cookie|date$|dnt$|expect$|host$|keep-alive$|origin$|proxy-|range$|referer$|sec-|set-cookie|te$|trailer$|transfer-|upgrade$|via$)/i;

type Test = (value: unknown) => boolean;

const isBetween =
  (min: number, max: number): Test =>
  (value) =>
    typeof value === 'number' && value >= min && value <= max;
const isListOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
export const isText =
  (pattern: RegExp): Test =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const isBoolean: Test = (value) => typeof value === 'boolean';
const isHttpToken = isText(HTTP_TOKEN);
const isSeconds = isBetween(0, 1e9);
/** Of this origin, without query, fragment, wildcard, and what a URL parser drops or resolves. */
const isPath = isText(/^\/(?!\/)(?!.*( $|\/(\.|%2e){1,2}(\/|$)))[^?#*\\\p{Cc}]*$/isu);

const RULE: Record<string, Test> = {
  path: isPath,
  methods: isListOf(isHttpToken),
  destinations: isListOf(isText(/^[a-z]*$/)),
  navigations: isBoolean,
  minValiditySeconds: isSeconds,
  retry: isBoolean,
};

const isRule: Test = (value) =>
  isPath((Object(value) as RouteRule).path) &&
  Object.entries(Object(value) as object).every(
    ([key, inner]) => Object.hasOwn(RULE, key) && RULE[key]?.(inner),
  );

const CHECKS: Record<keyof WorkerOptions, Test> = {
  include: isListOf((entry) => isPath(entry) || isRule(entry)),
  exclude: isListOf(isPath),
  scheme: (value) => value === '' || isHttpToken(value),
  header: (value) => isHttpToken(value) && !FORBIDDEN.test(String(value)),
  minValiditySeconds: isSeconds,
  refreshWindow: isBetween(0, 1),
  getTokenTimeoutSeconds: isBetween(0.1, 120),
  retryStatus: isListOf(isBetween(400, 599)),
  tokenResponseHeader: (value) => value === undefined || isHttpToken(value),
  storage: isText(/^(indexeddb|memory)$/),
  onUnavailable: isText(/^(send|fail)$/),
};

/**
 * The worker's options with their defaults, from whatever was given; other keys are left alone.
 *
 * @throws {TokenInjectorError} `invalid-options`, naming the option and what it got; `expectedOption` adds what it must be
 */
export function resolveWorkerOptions(given: unknown): WorkerOptions {
  const resolved: Record<string, unknown> = {};
  for (const [name, test] of Object.entries(CHECKS)) {
    const value = take(given, name, test, (own) => asJson(own ?? DEFAULTS[name as keyof WorkerOptions]));
    if (value !== undefined) resolved[name] = value;
  }
  return resolved as unknown as WorkerOptions;
}

/**
 * One option, as `read` makes it of what was given.
 *
 * @throws {TokenInjectorError} `invalid-options`; its cause is what a getter or proxy of the app's has thrown
 */
export function take(
  given: unknown,
  name: string,
  test: Test,
  read = (value: unknown): unknown => value,
): unknown {
  let value, cause: unknown;
  try {
    value = (Object(given) as Record<string, unknown>)[name];
    value = read(value);
    if (test(value)) return value;
  } catch (error) {
    cause = error;
  }
  throw new TokenInjectorError('invalid-options', `Option ${name} is ${show(value)}`, { cause });
}

/** As it arrives in the worker: without getters, proxies and holes. */
function asJson(value: unknown): unknown {
  return typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value;
}

/** A long text could be a token in the wrong place, however deep. */
function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  try {
    const text = /string|object/.test(typeof value) ? JSON.stringify(value) : String(value);
    return text.replace(/"(\\.|[^"\\])*"/g, (part) => (part.length > 42 ? 'a long text' : part)).slice(0, 60);
  } catch {
    return 'unreadable';
  }
}

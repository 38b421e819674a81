import { TokenInjectorError } from './errors.js';
import { DEFAULTS, type WorkerOptions } from './options.js';

/** A field name or an auth scheme: RFC 9110, section 5.6.2. */
const HTTP_TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

type Test = (value: unknown) => boolean;

const isBetween =
  (min: number, max: number): Test =>
  (value) =>
    typeof value === 'number' && value >= min && value <= max;
const isListOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const isOneOf =
  (...values: unknown[]): Test =>
  (value) =>
    values.includes(value);
const isText =
  (pattern: RegExp): Test =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

const isHttpToken = isText(HTTP_TOKEN);
const isSeconds = isBetween(0, 1e9);
/** Of this origin, without query, fragment, wildcard or dot segments. */
const isPath = isText(/^\/(?!\/)(?!.*\/\.{1,2}(\/|$))[^?#*\\]*$/);

const RULE: Record<string, Test> = {
  path: isPath,
  methods: isListOf(isHttpToken),
  destinations: isListOf(isText(/^/)),
  navigations: isOneOf(true, false),
  minValiditySeconds: isSeconds,
  retry: isOneOf(true, false),
};

const isRule: Test = (value) =>
  typeof value === 'object' &&
  value !== null &&
  'path' in value &&
  Object.entries(value).every(
    ([key, inner]) =>
      Object.hasOwn(RULE, key) && (RULE[key]?.(inner) || (inner === undefined && key !== 'path')),
  );

const PATHS = 'paths of this origin such as "/api/", which cover whole segments, without wildcards';

const CHECKS: Record<keyof WorkerOptions, [expected: string, test: Test]> = {
  include: [
    `an array of ${PATHS}, or of rules { ${Object.keys(RULE).join(', ')} }`,
    isListOf((entry) => isPath(entry) || isRule(entry)),
  ],
  exclude: [`an array of ${PATHS}`, isListOf(isPath)],
  scheme: ['an HTTP authentication scheme, or "" for none', (value) => value === '' || isHttpToken(value)],
  header: ['the name of a request header', isHttpToken],
  minValiditySeconds: ['a number of seconds', isSeconds],
  refreshWindow: ['a fraction from 0 to 1', isBetween(0, 1)],
  getTokenTimeoutSeconds: ['a number of seconds from 0.1 to 120', isBetween(0.1, 120)],
  retryStatus: ['an array of HTTP status codes from 400 to 599', isListOf(isBetween(400, 599))],
  tokenResponseHeader: [
    'the name of a response header',
    (value) => value === undefined || isHttpToken(value),
  ],
  storage: ['"indexeddb" or "memory"', isOneOf('indexeddb', 'memory')],
  onUnavailable: ['"send" or "fail"', isOneOf('send', 'fail')],
};

/**
 * The worker's options with their defaults, from whatever was given; other keys are left alone.
 *
 * @throws {TokenInjectorError} `invalid-options`, naming the option, what it got and what it must be
 */
export function resolveWorkerOptions(given: object): WorkerOptions {
  const resolved: Record<string, unknown> = {};
  for (const [name, [expected, test]] of Object.entries(CHECKS)) {
    const value: unknown = Reflect.get(given, name) ?? Reflect.get(DEFAULTS, name);
    check(name, value, expected, test);
    if (value !== undefined) resolved[name] = value;
  }
  return resolved as unknown as WorkerOptions;
}

/**
 * @throws {TokenInjectorError} `invalid-options`
 */
export function check(name: string, value: unknown, expected: string, test: Test): void {
  if (test(value)) return;
  const shown = show(value);
  throw new TokenInjectorError(
    'invalid-options',
    `Option ${name} is ${shown.slice(0, 60)}; it must be ${expected}.`,
  );
}

function show(value: unknown): string {
  try {
    if (typeof value === 'string' || (typeof value === 'object' && value)) return JSON.stringify(value);
  } catch {
    // It refers to itself.
  }
  return typeof value === 'function' ? 'a function' : String(value);
}

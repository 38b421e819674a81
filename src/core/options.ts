import { TokenInjectorError } from './errors.js';
import { isFields } from './protocol.js';

/** One entry of `include` with terms of its own. */
export interface RouteRule {
  /** A path of this origin; it covers whole segments: `/api` covers `/api` and `/api/x`, not `/apix`. */
  readonly path: string;
  /** Methods that get a token. @default all */
  readonly methods?: readonly string[];
  /** Request destinations beside fetch, XHR, EventSource, beacons, images, audio, video and tracks. */
  readonly destinations?: readonly string[];
  /** Whether GET navigations with a referrer of this origin get a token (a download link). @default false */
  readonly navigations?: boolean;
  /** In place of the general option. */
  readonly minValiditySeconds?: number;
  /** Whether a request refused with a 401 is sent again with a new token. @default true */
  readonly retry?: boolean;
}

/** The worker's part of the options; it travels in the worker script's URL. */
export interface WorkerOptions {
  /** Which same-origin paths get a token. @default ['/api/'] */
  readonly include: readonly (string | RouteRule)[];
  /** Paths that never do; wins over `include`. @default [] */
  readonly exclude: readonly string[];
  /** What stands before the token: `'JWT'` for Connect back ends, `''` for none. @default 'Bearer' */
  readonly scheme: string;
  /** The request header that carries it. @default 'Authorization' */
  readonly header: string;
  /** A token with less left is not sent; clamped to half its lifetime. Seconds. @default 30 */
  readonly minValiditySeconds: number;
  /** With less than this fraction of its lifetime left, a token is replaced in the background. @default 0.2 */
  readonly refreshWindow: number;
  /** How long one call of the provider may take. Seconds. @default 10 */
  readonly getTokenTimeoutSeconds: number;
  /** Responses that mean "this token was refused". @default [401] */
  readonly retryStatus: readonly number[];
  /** A response header that carries a newer token, such as `'X-acpt'`. @default none */
  readonly tokenResponseHeader?: string;
  /** `'memory'`: no token outlives the worker; a woken one asks the page. @default 'indexeddb' */
  readonly storage: 'indexeddb' | 'memory';
  /** No token to be had: send the request without one, or answer it with a 401 of our own. @default 'send' */
  readonly onUnavailable: 'send' | 'fail';
}

/** A field name or an auth scheme: RFC 9110, section 5.6.2. */
const HTTP_TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

type Check = [defaultValue: unknown, expected: string, test: (value: unknown) => boolean];

const isPath = (value: unknown): boolean =>
  typeof value === 'string' &&
  value.startsWith('/') &&
  !value.startsWith('//') &&
  !/[?#*\\]|\/\.{1,2}(\/|$)/.test(value);
const isList = (test: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(test);
const isOneOf =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value);
const isSeconds = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < Infinity;
const isHttpToken = (value: unknown): boolean => typeof value === 'string' && HTTP_TOKEN.test(value);
const isBoolean = isOneOf(true, false);

const PATHS = 'an array of paths of this origin, such as "/api/": they cover whole segments, so no wildcard';

const RULE: Record<string, (value: unknown) => boolean> = {
  path: isPath,
  methods: isList(isHttpToken),
  destinations: isList((value) => typeof value === 'string'),
  navigations: isBoolean,
  minValiditySeconds: isSeconds,
  retry: isBoolean,
};

const isRule = (value: unknown): boolean =>
  isFields(value) && 'path' in value && Object.keys(value).every((key) => RULE[key]?.(value[key]) ?? false);

const CHECKS: Record<keyof WorkerOptions, Check> = {
  include: [
    ['/api/'],
    `${PATHS}; or rules { path, ${Object.keys(RULE).slice(1).join('?, ')}? }`,
    isList((entry) => isPath(entry) || isRule(entry)),
  ],
  exclude: [[], PATHS, isList(isPath)],
  scheme: [
    'Bearer',
    'an HTTP authentication scheme, or "" for none',
    (value) => value === '' || isHttpToken(value),
  ],
  header: ['Authorization', 'the name of a request header', isHttpToken],
  minValiditySeconds: [30, 'a number of seconds', isSeconds],
  refreshWindow: [0.2, 'a fraction from 0 to 1', (value) => isSeconds(value) && (value as number) <= 1],
  getTokenTimeoutSeconds: [
    10,
    'a number of seconds from 0.1 to 120',
    (value) => isSeconds(value) && (value as number) >= 0.1 && (value as number) <= 120,
  ],
  retryStatus: [
    [401],
    'an array of HTTP status codes from 400 to 599',
    isList((value) => Number.isInteger(value) && (value as number) >= 400 && (value as number) <= 599),
  ],
  tokenResponseHeader: [
    undefined,
    'the name of a response header',
    (value) => value === undefined || isHttpToken(value),
  ],
  storage: ['indexeddb', '"indexeddb" or "memory"', isOneOf('indexeddb', 'memory')],
  onUnavailable: ['send', '"send" or "fail"', isOneOf('send', 'fail')],
};

const NAMES = Object.keys(CHECKS) as (keyof WorkerOptions)[];

/**
 * The worker's options with their defaults, from whatever was given; other keys are left alone.
 *
 * @throws {TokenInjectorError} `invalid-options`, naming the option, what it got and what it must be
 */
export function resolveWorkerOptions(given: unknown): WorkerOptions {
  const fields = isFields(given) ? given : {};
  const resolved: Record<string, unknown> = {};
  for (const name of NAMES) {
    const [defaultValue, expected, test] = CHECKS[name];
    const value = fields[name] ?? defaultValue;
    if (!test(value)) throw invalidOption(name, value, expected);
    resolved[name] = value;
  }
  return resolved as unknown as WorkerOptions;
}

/** The options as a query for the worker's URL: only what differs from the defaults, always in the same order. */
export function toQuery(options: WorkerOptions): string {
  const changed: Record<string, unknown> = {};
  for (const name of NAMES) {
    if (JSON.stringify(options[name]) !== JSON.stringify(CHECKS[name][0])) changed[name] = options[name];
  }
  return Object.keys(changed).length === 0 ? '' : `?options=${encodeURIComponent(JSON.stringify(changed))}`;
}

/**
 * The options that a worker finds in its own URL.
 *
 * @throws {TokenInjectorError} `invalid-options`
 */
export function fromQuery(search: string): WorkerOptions {
  const encoded = /[?&]options=([^&]*)/.exec(search)?.[1];
  return resolveWorkerOptions(encoded === undefined ? {} : JSON.parse(decodeURIComponent(encoded)));
}

export function invalidOption(name: string, value: unknown, expected: string): TokenInjectorError {
  return new TokenInjectorError(
    'invalid-options',
    `Option ${name} is ${show(value)}; it must be ${expected}.`,
  );
}

function show(value: unknown): string {
  const text = typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

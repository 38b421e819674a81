/** One entry of `include` with terms of its own. */
export interface RouteRule {
  /** A path of this origin; it covers whole segments: `/api` covers `/api` and `/api/x`, not `/apix`. */
  readonly path: string;
  /** Methods that get a token. @default all */
  readonly methods?: readonly string[] | undefined;
  /**
   * Request destinations (Fetch, "destination") beside those of fetch, XHR, EventSource, beacons, images, audio, video
   * and tracks, such as `'script'` or `'style'`. @default none
   */
  readonly destinations?: readonly string[] | undefined;
  /** Whether GET navigations with a referrer of this origin get a token (a download link). @default false */
  readonly navigations?: boolean | undefined;
  /** In place of the general option. Seconds. @default the option */
  readonly minValiditySeconds?: number | undefined;
  /** Whether a request refused with a 401 is sent again with a new token. @default true */
  readonly retry?: boolean | undefined;
}

/** The worker's part of the options; it travels in the worker script's URL. */
export interface WorkerOptions {
  /**
   * Which same-origin paths get a token: paths, or rules with terms of their own, of which the first that suits a
   * request is its rule. Whole segments, case-sensitively. @default ['/api/']
   */
  readonly include: readonly (string | RouteRule)[];
  /** Paths that never do; wins over `include`. @default [] */
  readonly exclude: readonly string[];
  /**
   * What stands before the token (RFC 9110, "auth-scheme"): `'JWT'` for Connect back ends, `''` for none.
   * @default 'Bearer'
   */
  readonly scheme: string;
  /**
   * The request header that carries it. With any other than `Authorization` a covered request that redirects to
   * another origin fails, since browsers drop only that one there. @default 'Authorization'
   */
  readonly header: string;
  /**
   * A token with less left is not sent while a better one can be had; at most half of its lifetime counts. Seconds.
   * @default 30
   */
  readonly minValiditySeconds: number;
  /** With less than this fraction (0 to 1) of its lifetime left, a token is replaced in the background. @default 0.2 */
  readonly refreshWindow: number;
  /**
   * How long one call of the provider may take, 0.1 to 120; a whole refresh may take three times that, and wait as long
   * for one of another tab. Seconds. @default 10
   */
  readonly getTokenTimeoutSeconds: number;
  /** Statuses, 400 to 599, that mean "this token was refused" (RFC 6750, section 3.1). @default [401] */
  readonly retryStatus: readonly number[];
  /** A response header that carries a newer token, a JWT, such as `'X-acpt'`. @default none */
  readonly tokenResponseHeader?: string | undefined;
  /** `'memory'`: no token outlives the worker; a woken one asks the page. @default 'indexeddb' */
  readonly storage: 'indexeddb' | 'memory';
  /**
   * No token to be had: send the request without one, or answer it with a 401 of our own (RFC 9457); what is sent with
   * `keepalive` goes without. @default 'send'
   */
  readonly onUnavailable: 'send' | 'fail';
}

/** As an app gives them; what it leaves out, or does not know, has its default. */
export type GivenWorkerOptions = { readonly [K in keyof WorkerOptions]?: WorkerOptions[K] | undefined };

export const DEFAULTS: WorkerOptions = {
  include: ['/api/'],
  exclude: [],
  scheme: 'Bearer',
  header: 'Authorization',
  minValiditySeconds: 30,
  refreshWindow: 0.2,
  getTokenTimeoutSeconds: 10,
  retryStatus: [401],
  storage: 'indexeddb',
  onUnavailable: 'send',
};

/** The parameter of the worker's URL that carries the options. */
export const OPTIONS_PARAMETER = 'options';

/** What differs from the defaults, in the order of the resolved options, so that equal ones make equal URLs. */
export function encodeOptions(options: WorkerOptions): string {
  const changed = Object.entries(options).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(DEFAULTS, name)),
  );
  return changed.length ? JSON.stringify(Object.fromEntries(changed)) : '';
}

/** The options that a worker finds in its own URL; the page has validated them. */
export function decodeOptions(encoded: string | null): WorkerOptions {
  return { ...DEFAULTS, ...(JSON.parse(encoded || '{}') as Partial<WorkerOptions>) };
}

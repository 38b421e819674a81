import type { WorkerOptions } from './options.js';

const PATHS = 'paths such as "/api/" (whole segments, no wildcards)';
const RULE = 'rules { path, methods, destinations, navigations, minValiditySeconds, retry }';
const TEXT = 'a string that is not empty';

/** What each option must be. A file of its own, since pages load it only for an error. */
const EXPECTED: Record<keyof WorkerOptions, string> & Record<string, string> = {
  include: `an array of ${PATHS}, or of ${RULE}`,
  exclude: `an array of ${PATHS}`,
  scheme: 'an HTTP authentication scheme, or ""',
  header: 'a header name that pages may set',
  minValiditySeconds: 'a number of seconds',
  refreshWindow: 'a fraction from 0 to 1',
  getTokenTimeoutSeconds: 'a number of seconds from 0.1 to 120',
  retryStatus: 'an array of HTTP status codes from 400 to 599',
  tokenResponseHeader: 'a header name',
  storage: '"indexeddb" or "memory"',
  onUnavailable: '"send" or "fail"',
  getToken: 'a function, such as () => AP.context.getToken()',
  identity: TEXT,
  scope: 'a path',
  inPage: '"fallback", "always" or "never"',
  workerUrl: 'the URL of a script on this origin',
};

/** The message of an `invalid-options` error, with what the option must be. */
export function expectedOption(message: string): string {
  const name = message.split(' ')[1] ?? '';
  return `${message}; it must be ${EXPECTED[name] ?? 'another'}.`;
}

import type { ErrorCode } from '../core/errors.js';
import { explainRequest, type Asked } from './log-explain.js';
import type { PageOptions } from './options.js';
import type { TokenInjector, TokenInjectorStatus } from './token-injector.js';

/**
 * The log that is switched on in the field, and loaded only then: `localStorage.setItem('bearer-worker:log', '1')` in
 * the console of the page or frame, and a reload. Whoever reads it may pass it on, so nothing in it may be a token: it
 * says what events say, which have none, and nothing of what a provider threw.
 */
export async function log(
  injector: TokenInjector,
  options: PageOptions,
  started: Promise<void>,
): Promise<void> {
  // Chunks that the page has anyway: taken at once, they would be cut up for us.
  const { sentenceFor } = await import('./sentences.js');
  const { createMatcher } = await import('../page-lane/page-lane.js');
  const status = (): void => {
    injector.getStatus().then(
      (now) => say('info', statusLine(now)),
      () => undefined,
    );
  };
  const once = <T extends object>(line: (detail: T) => void) => {
    return ({ detail }: CustomEvent<T>): void => {
      // Registered twice, a page has two injectors, and each is told.
      if (heard.has(detail)) return;
      heard.add(detail);
      line(detail);
    };
  };
  injector.addEventListener(
    'tokenRefreshed',
    once(({ reason, expiresAt, identity }) => {
      say('info', `token refreshed (${reason}): ${validity(expiresAt)}, identity ${short(identity)}`);
    }),
  );
  injector.addEventListener(
    'refreshError',
    once(({ code, willRetryAt }) => {
      const next = `Tried again with the first request after ${time(willRetryAt)}.`;
      say('warn', `refresh failed (${code}): ${sentenceFor(code, '')} ${next}`);
    }),
  );
  injector.addEventListener(
    'reauthRequired',
    once(({ code }) => say('warn', `session lost (${code}): ${sentenceFor(code, '')}`)),
  );
  injector.addEventListener(
    'loggedOut',
    once(({ origin }) => say('info', `logged out, by ${origin === 'local' ? 'this page' : 'another page'}`)),
  );
  injector.addEventListener(
    'requestSkipped',
    once(({ url, why }) =>
      say('warn', `request ${url}: ${why}. ${WHY[why] ?? sentenceFor(why as ErrorCode, '')}`),
    ),
  );
  injector.addEventListener('statusChange', once(status));
  started.then(
    () => {
      say('info', `registered; options ${JSON.stringify(options.worker)}`);
      status();
    },
    (error: Error) => say('warn', `could not be registered: ${error.message}`),
  );
  // For whoever stands before the console; there while the log is on.
  const explain = (input: RequestInfo | URL, asked?: Asked): string => {
    const { isCovered, why } = explainRequest(createMatcher, options, injector.mode, input, asked);
    if (isCovered) status();
    return withoutTokens(why);
  };
  Object.assign(globalThis, { bearerWorker: { explain } });
}

const heard = new WeakSet<object>();

function say(level: 'info' | 'warn', line: string): void {
  const text = withoutTokens(`bearer-worker: ${line}`);
  if (level === 'warn') console.warn(text);
  else console.info(text);
}

/** What an app put into a path or a name is none of ours; a JWT is not shown there either. */
function withoutTokens(line: string): string {
  return line.replace(/eyJ[\w.~+/=-]{8,}/g, '(a token)');
}

function statusLine({
  mode,
  state,
  expiresAt,
  identity,
  clockSkewSeconds,
  counters,
}: TokenInjectorStatus): string {
  const { requests, waited, retried, refreshes, providerCalls } = counters;
  const where = mode === 'page' ? 'this page attaches' : 'the worker attaches';
  const token = state === 'none' ? 'no token yet' : `token ${state}, ${validity(expiresAt)}`;
  const clock = Math.abs(clockSkewSeconds) > 1 ? `, server clock ${clockSkewSeconds} s from this one` : '';
  return `status: ${where}; ${token}; identity ${short(identity ?? 'not known yet')}${clock}; ${requests} requests with a token (${waited} waited, ${retried} sent again), ${refreshes} refreshes, ${providerCalls} calls of getToken`;
}

/** Why a covered request went without a token, where it is none of the error codes; and what mends it. */
const WHY: Record<string, string | undefined> = {
  'not-replayable':
    'It was refused and not sent again: its body was a stream, or its rule says retry: false. The next one carries a new token.',
  'redirected-outside':
    'The server redirected a covered request there, and the browser took the token along. Redirect within covered paths, or cover this one too.',
};

/** A derived identity is a digest, of which the beginning tells enough. */
function short(identity: string): string {
  return identity.replace(/^((claims|client):.{8}).*/, '$1…');
}

function validity(expiresAt: number | null): string {
  return expiresAt === null ? 'no expiry known' : `expires ${time(expiresAt)}`;
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+/, '');
}

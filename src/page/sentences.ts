import type { ErrorCode } from '../core/errors.js';
import { expectedOption } from '../core/expected-option.js';

/** Why there is no worker, or none that answers. */
export type NoWorker =
  | 'node'
  | 'sandboxed'
  | 'insecure'
  | 'absent'
  | 'scope'
  | 'installing'
  | 'redundant'
  | 'uncontrolled'
  | 'unreached'
  | 'mute'
  | 'disposed';

/** What happened, and what to do. */
const OF_CODES: Record<Exclude<ErrorCode, 'invalid-options' | 'worker-unavailable'>, string> = {
  'provider-timeout':
    'getToken gave no token in time (getTokenTimeoutSeconds). Is the user still logged in to the host?',
  'provider-rejected': 'getToken failed. Where this page was asked, its own error is the cause of this one.',
  'invalid-token':
    'getToken must give a new bearer token, as a string or as { token, … }. It gave something else.',
  'expired-token': 'getToken gave an expired token. It must ask its host for a new one.',
  'no-client':
    'No page of this identity could be asked for a token: none has registered, or all are frozen or gone.',
  'reauth-required': 'There is no token, and none to be had. The user has to log in again.',
  'logged-out':
    'This identity was logged out. Register again, or call getAccessToken({ forceRefresh: true }), to log in.',
  'protocol-mismatch':
    'Page and worker are of different versions. Run "npx bearer-worker init <public-dir>".',
};

const OF_NO_WORKER: Record<NoWorker, string> = {
  node: 'There is no page here. Register in the browser, not while rendering on a server.',
  sandboxed:
    'This page may not have a service worker: its frame needs sandbox="allow-scripts allow-same-origin".',
  insecure:
    'Service workers need a secure page: serve it, and the page around it, over https or from localhost.',
  absent:
    'The browser has no service workers here: a setting, a private window or the app around this view turns them off. Turn them on, or open the page where they are.',
  scope:
    'This page is outside the worker\'s scope. Serve the script from a folder above the page, or set "scope" and the header Service-Worker-Allowed.',
  installing: 'The worker did not become active in time. Reload the page.',
  redundant: 'The worker failed to install, or another page installed a newer one. Reload the page.',
  uncontrolled: 'The worker does not take control of this page. Reload it.',
  unreached:
    'What this page requests does not get to its worker. Reload the page; in a worker of your own, install the injector before other listeners.',
  mute: 'The worker did not answer. Reload the page.',
  disposed: 'This injector was disposed, or another unregistered. Call registerTokenInjector again.',
};

const SENTENCES = new Map<string, string>(Object.entries({ ...OF_CODES, ...OF_NO_WORKER }));

/** For what has no sentence here, the detail says it all. */
export function sentenceFor(what: ErrorCode | NoWorker, detail: string): string {
  if (what === 'invalid-options') return expectedOption(detail);
  const sentence = SENTENCES.get(what);
  if (sentence === undefined) return detail || what;
  return detail === '' ? sentence : `${sentence} (${detail})`;
}

/** A code as another end says it, which may be of a later version. */
export function toCode(code: string): ErrorCode {
  const isKnown = code === 'invalid-options' || Object.hasOwn(OF_CODES, code);
  return isKnown ? (code as ErrorCode) : 'worker-unavailable';
}

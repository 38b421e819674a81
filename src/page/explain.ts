import { TokenInjectorError, type ErrorCode } from '../core/errors.js';

/** What happened, and what to do. The worker sends codes and a detail; the sentences stay with those who read them. */
const SENTENCES: Partial<Record<ErrorCode, string>> = {
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

export function explain(code: ErrorCode, detail?: string, cause?: unknown): TokenInjectorError {
  const sentence = SENTENCES[code] ?? 'The worker failed.';
  return new TokenInjectorError(code, detail ? `${sentence} (${detail})` : sentence, { cause });
}

/** @param message what is wrong, and what mends it */
export function unavailable(message: string, cause?: unknown): TokenInjectorError {
  return new TokenInjectorError('worker-unavailable', message, { cause });
}

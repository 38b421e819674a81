import { TokenInjectorError, type ErrorCode } from '../core/errors.js';
import type { NoWorker } from './sentences.js';

/**
 * An error with what happened and what to do. The sentences are a chunk of their own: pages whose tokens come do not
 * load them. Where that chunk cannot be had, code and detail must do.
 */
export function explain(code: ErrorCode, detail = '', cause?: unknown): Promise<TokenInjectorError> {
  return withSentence(code, code, detail, cause);
}

/** A `worker-unavailable` error. */
export function unavailable(why: NoWorker, detail = '', cause?: unknown): Promise<TokenInjectorError> {
  return withSentence('worker-unavailable', why, detail, cause);
}

function withSentence(
  code: ErrorCode,
  what: ErrorCode | NoWorker,
  detail: string,
  cause: unknown,
): Promise<TokenInjectorError> {
  return import('./sentences.js').then(
    ({ sentenceFor, toCode }) => new TokenInjectorError(toCode(code), sentenceFor(what, detail), { cause }),
    () => new TokenInjectorError(code, `${what} ${detail}`, { cause }),
  );
}

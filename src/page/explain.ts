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

async function withSentence(
  code: ErrorCode,
  what: ErrorCode | NoWorker,
  detail: string,
  cause: unknown,
): Promise<TokenInjectorError> {
  const message = await import('./sentences.js').then(
    ({ sentenceFor }) => sentenceFor(what, detail),
    () => `${what} ${detail}`,
  );
  return new TokenInjectorError(code, message, { cause });
}

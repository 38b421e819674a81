import { TokenInjectorError } from '../core/errors.js';
import type { Answer, Ask, RefreshReason } from '../core/protocol.js';
import { bypassFetch } from './bypass-fetch.js';
import type { PageOptions } from './options.js';

export type TokenAnswer = Extract<Answer, { type: 'answer' }>;

/**
 * One call of the provider, bounded in time.
 *
 * @throws {TokenInjectorError} `provider-timeout`, `provider-rejected` (with the provider's error as `cause`) or
 *   `invalid-token`. No message repeats what the provider said: it may hold a token.
 */
export async function callProvider(
  { getToken, identity }: Pick<PageOptions, 'getToken' | 'identity'>,
  ask: Ask,
): Promise<TokenAnswer> {
  const { reason = 'initial', minValiditySeconds = 0, previousToken, timeoutMs = 0 } = ask;
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new TokenInjectorError(
        'provider-timeout',
        `getToken took more than ${timeoutMs / 1000} s`,
      );
      reject(error);
      abort.abort(error);
    }, timeoutMs);
  });
  const call = async (): Promise<unknown> => {
    try {
      return await getToken({
        reason: reason as RefreshReason,
        minValiditySeconds,
        signal: abort.signal,
        fetch: bypassFetch,
        ...(previousToken === undefined ? {} : { previousToken }),
      });
    } catch (cause) {
      throw new TokenInjectorError('provider-rejected', '', { cause });
    }
  };
  try {
    return toAnswer(await Promise.race([call(), tooLate]), identity);
  } finally {
    clearTimeout(timer);
  }
}

/** What of it is of the wrong type is left out: not all of it could be sent to the worker. */
function toAnswer(result: unknown, named = ''): TokenAnswer {
  const answer =
    typeof result === 'string' ? { token: result } : { ...(result as Partial<TokenAnswer> | undefined) };
  if (typeof answer.token !== 'string') {
    throw new TokenInjectorError('invalid-token', result === null ? 'null' : typeof result);
  }
  const { token, expiresAt, expiresIn, identity = named } = answer;
  return {
    type: 'answer',
    token,
    expiresAt: ifOfType('number', expiresAt),
    expiresIn: ifOfType('number', expiresIn),
    identity: ifOfType('string', identity),
  };
}

function ifOfType<T>(type: string, value: T): T | undefined {
  return typeof value === type ? value : undefined;
}

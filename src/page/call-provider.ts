import { TokenInjectorError } from '../core/errors.js';
import type { Ask, AskReply } from '../core/protocol.js';
import { bypassFetch } from './bypass-fetch.js';
import type { TokenProvider } from './options.js';

type Answer = Extract<AskReply, { type: 'answer' }>;

/**
 * One call of the provider, bounded in time.
 *
 * @throws {TokenInjectorError} `provider-timeout`, `provider-rejected` (with the provider's error as `cause`) or
 *   `invalid-token`. No message repeats what the provider said: it may hold a token.
 */
export async function callProvider(getToken: TokenProvider, ask: Ask): Promise<Answer> {
  const { reason, minValiditySeconds, previousToken, timeoutMs } = ask;
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new TokenInjectorError(
        'provider-timeout',
        `getToken gave no token within ${timeoutMs / 1000} s (getTokenTimeoutSeconds). Is the user still logged in to the host?`,
      );
      reject(error);
      abort.abort(error);
    }, timeoutMs);
  });
  const call = async (): Promise<unknown> =>
    getToken({
      reason,
      minValiditySeconds,
      signal: abort.signal,
      fetch: bypassFetch,
      ...(previousToken === undefined ? {} : { previousToken }),
    });
  try {
    return toAnswer(await Promise.race([call(), tooLate]));
  } catch (error) {
    if (error instanceof TokenInjectorError) throw error;
    throw new TokenInjectorError(
      'provider-rejected',
      'getToken failed; its own error is the cause of this one.',
      {
        cause: error,
      },
    );
  } finally {
    clearTimeout(timer);
  }
}

function toAnswer(result: unknown): Answer {
  if (typeof result === 'string') return { type: 'answer', token: result };
  const { token, expiresAt, expiresIn, identity } = (result ?? {}) as Record<string, unknown>;
  if (typeof token !== 'string') {
    const got =
      result === null ? 'null' : typeof result === 'object' ? 'an object without a token' : typeof result;
    throw new TokenInjectorError(
      'invalid-token',
      `getToken gave ${got}; it must give a string or { token, … }.`,
    );
  }
  return {
    type: 'answer',
    token,
    ...(typeof expiresAt === 'number' ? { expiresAt } : {}),
    ...(typeof expiresIn === 'number' ? { expiresIn } : {}),
    ...(typeof identity === 'string' ? { identity } : {}),
  };
}

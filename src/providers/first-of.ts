import type { TokenProvider } from '../page/options.js';

/**
 * The first provider of several that gives a token, asked in turn. All share one call's time
 * (`getTokenTimeoutSeconds`).
 *
 * @throws {AggregateError} where none does, with each one's error
 * @example
 * await registerTokenInjector({ getToken: firstOf(metaTag('token'), endpoint('/session/token')) });
 */
export function firstOf(...providers: readonly TokenProvider[]): TokenProvider {
  return async (request) => {
    const errors: unknown[] = [];
    for (const provider of providers) {
      try {
        return await provider(request);
      } catch (error) {
        errors.push(error);
        request.signal.throwIfAborted();
      }
    }
    throw new AggregateError(errors, `None of ${providers.length} providers gave a token.`);
  };
}

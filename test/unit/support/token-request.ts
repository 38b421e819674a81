import type { TokenRequest } from '../../../src/providers/index.js';

/** What a provider is told at its call, here in Node; abort by the controller. */
export function tokenRequest(
  more: Partial<TokenRequest> = {},
): TokenRequest & { abort(reason: Error): void } {
  const controller = new AbortController();
  return {
    reason: 'initial',
    minValiditySeconds: 30,
    signal: controller.signal,
    fetch,
    ...more,
    abort: (reason) => controller.abort(reason),
  };
}

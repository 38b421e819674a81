import type { ErrorCode } from '../core/errors.js';
import type { RefreshReason } from '../core/protocol.js';

/** The events of a `TokenInjector`; none carries a token. Times are seconds since the epoch. */
export interface TokenInjectorEventMap {
  /** A new token is in use; `expiresAt` is null for one of unknown life. */
  tokenRefreshed: CustomEvent<{ expiresAt: number | null; reason: RefreshReason; identity: string }>;
  /** A refresh failed; the next will be tried with the first request after `willRetryAt` (seconds since the epoch). */
  refreshError: CustomEvent<{ code: ErrorCode; willRetryAt: number }>;
  /** The session is lost: no usable token, and none to be had. Once for each loss, not for each request. */
  reauthRequired: CustomEvent<{ code: ErrorCode }>;
  /** The identity was logged out, by this page or by another. */
  loggedOut: CustomEvent<{ origin: 'local' | 'remote' }>;
  /** `mode` or state may have changed; ask `getStatus()`. */
  statusChange: CustomEvent<Record<string, never>>;
  /**
   * A covered request of this page went without a token (`why` is an error code), was not sent again
   * (`'not-replayable'`), or was redirected to a path of yours that is not covered and took the token along
   * (`'redirected-outside'`). The URL comes without its query, which could hold a token.
   */
  requestSkipped: CustomEvent<{ url: string; why: string }>;
}

/** The name of an event of a `TokenInjector`. */
export type TokenInjectorEventName = keyof TokenInjectorEventMap;

const STATUS_EVENTS: readonly string[] = ['tokenRefreshed', 'refreshError', 'reauthRequired', 'loggedOut'];

export function isEventName(name: string | undefined): name is TokenInjectorEventName {
  return name === 'requestSkipped' || changesStatus(name);
}

/** These change what `getStatus()` says. */
export function changesStatus(name: string | undefined): boolean {
  return STATUS_EVENTS.includes(name as string);
}

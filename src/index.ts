export { registerTokenInjector } from './page/register-token-injector.js';
export { isTokenInjectorError, TokenInjectorError, type ErrorCode } from './core/errors.js';
export type { GivenWorkerOptions, RouteRule, WorkerOptions } from './core/options.js';
export type { RefreshReason } from './core/protocol.js';
export type { TokenInjectorOptions, TokenProvider, TokenRequest, TokenResult } from './page/options.js';
export type {
  AccessTokenOptions,
  TokenInjector,
  TokenInjectorMode,
  TokenInjectorStatus,
} from './page/token-injector.js';
export type { TokenInjectorEventMap, TokenInjectorEventName } from './page/events.js';

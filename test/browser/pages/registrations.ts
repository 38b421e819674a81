import { registerTokenInjector } from 'bearer-worker';
import type { TokenInjector, TokenInjectorOptions } from 'bearer-worker';
import { pageError } from './page-error.js';
import type { PageError } from './page-error.js';
import { getToken } from './provider.js';
import type { ProviderRoute } from './provider.js';

/** The options that can travel to the page; the provider is the page's own. */
export type RegisterOptions = Omit<TokenInjectorOptions, 'getToken'> & { readonly provider?: ProviderRoute };

export type Outcome<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: PageError };

export interface RecordedEvent {
  readonly registration: number;
  readonly type: string;
  readonly detail: Record<string, unknown>;
}

const EVENTS = [
  'tokenRefreshed',
  'refreshError',
  'reauthRequired',
  'loggedOut',
  'statusChange',
  'requestSkipped',
] as const;

/** The injectors that this page registered, by number, and every event that each of them got. */
export class Registrations {
  readonly events: RecordedEvent[] = [];
  /** Whom the provider names beside its token; nobody by default. */
  named: string | undefined;
  readonly #injectors: TokenInjector[] = [];

  async register({ provider = 'uncovered', ...options }: RegisterOptions): Promise<Outcome<string>> {
    try {
      const injector = await registerTokenInjector({
        ...options,
        getToken: async (request) => {
          const token = await getToken(provider, request);
          return this.named === undefined ? token : { token, identity: this.named };
        },
      });
      const registration = this.#injectors.push(injector) - 1;
      for (const type of EVENTS) {
        injector.addEventListener(type, (event) => {
          const detail = { ...(event as CustomEvent<Record<string, unknown>>).detail };
          this.events.push({ registration, type, detail });
        });
      }
      return { ok: true, value: injector.mode };
    } catch (error) {
      return { ok: false, error: pageError(error) };
    }
  }

  at(registration = 0): TokenInjector {
    const injector = this.#injectors[registration];
    if (injector === undefined) throw new Error(`This page has no registration ${registration}.`);
    return injector;
  }

  async getAccessToken(
    options?: Parameters<TokenInjector['getAccessToken']>[0],
    registration = 0,
  ): Promise<Outcome<string>> {
    try {
      return { ok: true, value: await this.at(registration).getAccessToken(options) };
    } catch (error) {
      return { ok: false, error: pageError(error) };
    }
  }
}

import type { Holder, IssuedToken, TokenIssuer } from './token-issuer.js';

/** How the provider of one tab behaves from now on. */
export type Behaviour =
  | { readonly kind: 'token'; readonly delayMs?: number }
  | { readonly kind: 'opaque' }
  /** The provider's promise never settles, as Connect's does once the user is logged out of the host. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'reject'; readonly message: string }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'expired' }
  /** A good token with something after it that no header may carry. */
  | { readonly kind: 'garbled' }
  /** Again the token that it gave last. */
  | { readonly kind: 'same' };

/** What the page's provider is told to do. */
export type Minted =
  | { readonly outcome: 'token'; readonly token: string }
  | { readonly outcome: 'hang' }
  | { readonly outcome: 'undefined' }
  | { readonly outcome: 'reject'; readonly message: string };

export interface ProviderCall {
  readonly tab: string;
  readonly reason: string;
  readonly behaviour: Behaviour['kind'];
  readonly startedAtMs: number;
  /** Set once the token was handed out; the faults never get one. */
  issued?: IssuedToken & { readonly handedOutAtMs: number };
}

interface TabAccount {
  holder: Holder;
  lifeSeconds: number;
  behaviour: Behaviour;
  last: IssuedToken | undefined;
}

/**
 * Stands where the host product, or the app's session endpoint, stands in life: the page's provider calls
 * it outside the covered paths. It counts every call, also those that it leaves hanging.
 */
export class TokenHost {
  readonly #accounts = new Map<string, TabAccount>();
  readonly #issuer: TokenIssuer;
  readonly calls: ProviderCall[] = [];

  constructor(issuer: TokenIssuer) {
    this.#issuer = issuer;
  }

  open(tab: string, holder: Holder, lifeSeconds: number): void {
    this.#accounts.set(tab, { holder, lifeSeconds, behaviour: { kind: 'token' }, last: undefined });
  }

  behave(tab: string, behaviour: Behaviour): void {
    this.#account(tab).behaviour = behaviour;
  }

  /** The user of this tab is another one from now on. */
  switchTo(tab: string, holder: Holder): void {
    const account = this.#account(tab);
    account.holder = holder;
    // No host gives one user what it gave another.
    account.last = undefined;
  }

  setLifeSeconds(tab: string, lifeSeconds: number): void {
    this.#account(tab).lifeSeconds = lifeSeconds;
  }

  callsOf(tab: string): ProviderCall[] {
    return this.calls.filter((call) => call.tab === tab);
  }

  async mint(tab: string, reason: string): Promise<Minted> {
    const account = this.#account(tab);
    const { behaviour, lifeSeconds, holder } = account;
    const call: ProviderCall = { tab, reason, behaviour: behaviour.kind, startedAtMs: Date.now() };
    this.calls.push(call);
    switch (behaviour.kind) {
      case 'hang':
      case 'undefined':
        return { outcome: behaviour.kind };
      case 'reject':
        return { outcome: 'reject', message: behaviour.message };
      case 'same':
        return account.last === undefined
          ? { outcome: 'undefined' }
          : { outcome: 'token', token: account.last.token };
      case 'opaque': {
        account.last = this.#issuer.issueOpaque(holder);
        return { outcome: 'token', token: account.last.token };
      }
      case 'garbled': {
        const { token } = await this.#issuer.issue(holder, lifeSeconds);
        return { outcome: 'token', token: `${token}, é` };
      }
      case 'expired': {
        const { token } = await this.#issuer.issue(holder, lifeSeconds, lifeSeconds + 60);
        return { outcome: 'token', token };
      }
      case 'token': {
        // Before the token is made, so that a slow host still hands out a fresh one.
        await new Promise((resolve) => setTimeout(resolve, behaviour.delayMs ?? 0));
        const issued = await this.#issuer.issue(holder, lifeSeconds);
        account.last = issued;
        call.issued = { ...issued, handedOutAtMs: Date.now() };
        return { outcome: 'token', token: issued.token };
      }
    }
  }

  #account(tab: string): TabAccount {
    const account = this.#accounts.get(tab);
    if (account === undefined) throw new Error(`The token host knows no tab "${tab}": open it first.`);
    return account;
  }
}

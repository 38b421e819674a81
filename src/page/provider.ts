import type { TokenInjectorError } from '../core/errors.js';
import type { Answer, Ask } from '../core/protocol.js';
import { callProvider, type TokenAnswer } from './call-provider.js';
import type { PageOptions } from './options.js';

/** The page's provider, called once at a time whoever asks, and what came of it. */
export class Provider {
  #call: { readonly by: PageOptions; readonly outcome: Promise<TokenAnswer> } | undefined;
  /** Its own last error, which does not travel through the core; gone with the next token. */
  failure: TokenInjectorError | undefined;

  /** Settles always. Whoever asks meanwhile (the lane, a worker that was killed) gets the outcome of the same call. */
  async answer(by: PageOptions, ask: Ask): Promise<Answer> {
    if (this.#call?.by !== by) {
      const call = { by, outcome: callProvider(by, ask).finally(() => this.#end(call)) };
      this.#call = call;
    }
    try {
      const answer = await this.#call.outcome;
      this.failure = undefined;
      return answer;
    } catch (error) {
      this.failure = error as TokenInjectorError;
      return { type: 'failed', code: this.failure.code, message: '' };
    }
  }

  /** Its user is logged out: who logs in is not given what was asked for before. */
  forget(): void {
    this.#call = undefined;
  }

  #end(call: object): void {
    if (this.#call === call) this.#call = undefined;
  }
}

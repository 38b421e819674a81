import { decodeJwt } from 'jose';
import type { TokenProvider, TokenRequest, TokenResult } from '../page/options.js';
import { askHost, tokenText } from './ask-host.js';
import { askEndpoint, EndpointError, type EndpointOptions } from './endpoint.js';

/** How a host's token goes to the endpoint; the rest as for {@link endpoint}. */
export interface ExchangeOptions extends Omit<EndpointOptions, 'body'> {
  /** @default 'POST' */
  readonly method?: 'GET' | 'POST' | undefined;
  /**
   * Makes what is sent of the host's token: JSON, or a form where it is `URLSearchParams`.
   * @default nothing is sent, and the token goes in the header `Authorization`
   */
  readonly body?: ((hostToken: string) => unknown) | undefined;
  /** What stands before the token in `Authorization`. @default 'Bearer' */
  readonly scheme?: string | undefined;
}

/**
 * A session of the app's own for a token of its host: asks the host, sends its token to the app's endpoint, and gives
 * the app's own token. That one is used from then on, for as long as it lives, and exchanged again in time: the host is
 * not asked but for an exchange. Requests that need a token meanwhile wait for the same exchange.
 *
 * An endpoint that answers 401 has refused the host's token: the host is asked for another one (`reason: 'rejected'`),
 * once, and where it has a new one the exchange is tried again. Any other failure is the exchange's.
 *
 * The host's token goes to this address and no further: a redirect is an error.
 *
 * Whose token it is, the own token's claims tell; of an opaque one, what the host's provider says.
 *
 * @param host the host's provider; its signal and time are those of the whole exchange
 * @throws {Error} the host's, or the endpoint's, with its `status`
 * @example
 * await registerTokenInjector({ getToken: exchange(shopify(), '/session') });
 */
export function exchange(
  host: TokenProvider,
  url: string | URL,
  { body, scheme = 'Bearer', method = 'POST', headers, ...rest }: ExchangeOptions = {},
): TokenProvider {
  const send = async (request: TokenRequest, { token, identity }: TokenResult): Promise<TokenResult> => {
    const options = {
      ...rest,
      method,
      headers: body ? { ...headers } : { Authorization: `${scheme} ${token}`.trimStart(), ...headers },
      ...(body && { body: body(token) }),
    };
    const own = await askEndpoint(request, url, options, 'manual');
    return identity === undefined || isJwt(own.token) ? own : { ...own, identity };
  };
  return async (request) => {
    // The app's own token is nothing to the host.
    const { previousToken: _own, ...hostRequest } = request;
    const given = await hostToken(host, hostRequest);
    try {
      return await send(request, given);
    } catch (error) {
      if (!(error instanceof EndpointError) || error.status !== 401) throw error;
      const { token: previousToken } = given;
      const other = await hostToken(host, { ...hostRequest, reason: 'rejected', previousToken });
      if (other.token === previousToken) throw error;
      return send(request, other);
    }
  };
}

async function hostToken(host: TokenProvider, request: TokenRequest): Promise<TokenResult> {
  const answer = await askHost(request.signal, () => host(request));
  const { token, ...more } = typeof answer === 'string' ? { token: answer } : { ...answer };
  return { ...more, token: tokenText(token, 'The provider whose token is to be exchanged gave none.') };
}

function isJwt(token: string): boolean {
  try {
    return Boolean(decodeJwt(token));
  } catch {
    return false;
  }
}

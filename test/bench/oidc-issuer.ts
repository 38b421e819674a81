import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Tokens } from './tokens.js';

const LIFE_SECONDS = 900;

/**
 * Stand-in for an OpenID provider: signs in whoever comes, at once. It is on the app's own origin, so that signing in
 * costs no second site. What it issues is what `@axa-fr/oidc-client` checks: issuer, audience, nonce, times.
 */
export class OidcIssuer {
  readonly #tokens: Tokens;
  readonly #nonces = new Map<string, string>();

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  async answer(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const issuer = `${url.origin}/oidc`;
    switch (url.pathname) {
      case '/oidc/.well-known/openid-configuration':
        return sendJson(response, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          end_session_endpoint: `${issuer}/logout`,
          revocation_endpoint: `${issuer}/revoke`,
        });
      case '/oidc/authorize': {
        const code = String(Math.random());
        this.#nonces.set(code, url.searchParams.get('nonce') ?? '');
        const back = new URL(url.searchParams.get('redirect_uri')!);
        back.searchParams.set('code', code);
        back.searchParams.set('state', url.searchParams.get('state') ?? '');
        response.writeHead(302, { Location: back.href }).end();
        return;
      }
      case '/oidc/token':
        return this.#giveTokens(issuer, new URLSearchParams(await text(request)), response);
      default:
        response.writeHead(404).end();
    }
  }

  async #giveTokens(issuer: string, form: URLSearchParams, response: ServerResponse): Promise<void> {
    const nonce = this.#nonces.get(form.get('code') ?? '');
    const claims = { iss: issuer, sub: 'somebody', aud: 'bench', ...(nonce ? { nonce } : {}) };
    const accessToken = await this.#tokens.issue('axa', LIFE_SECONDS, claims);
    const idToken = await this.#tokens.issue('axa-id', LIFE_SECONDS, claims);
    sendJson(response, {
      access_token: accessToken,
      id_token: idToken,
      refresh_token: String(Math.random()),
      token_type: 'Bearer',
      expires_in: LIFE_SECONDS,
      scope: form.get('scope') ?? 'openid',
    });
  }
}

async function text(request: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of request) all += String(chunk);
  return all;
}

function sendJson(response: ServerResponse, body: unknown): void {
  response
    .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(body));
}

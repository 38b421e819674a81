import { OidcClient } from '@axa-fr/oidc-client';
import { sendByFetch, type Contestant } from '../contestant.js';

/** `@axa-fr/oidc-client` with its service worker, as its documents say, signed in at the issuer of the server. */
export async function axa(): Promise<Contestant> {
  const configuration = {
    client_id: 'bench',
    redirect_uri: `${location.origin}/authentication/callback`,
    silent_redirect_uri: `${location.origin}/authentication/silent-callback`,
    scope: 'openid offline_access',
    authority: `${location.origin}/oidc`,
    service_worker_relative_url: '/OidcServiceWorker.js',
    service_worker_only: true,
  };
  const client = OidcClient.getOrCreate(() => fetch)(configuration);
  await client.tryKeepExistingSessionAsync();
  if (location.href.startsWith(configuration.redirect_uri)) await client.loginCallbackAsync();
  else if (!client.tokens) {
    await client.loginAsync('/app?contestant=axa');
    // The page is left for the issuer, and comes back signed in.
    await new Promise(() => undefined);
  }
  return { send: sendByFetch };
}

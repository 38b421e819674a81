import { registerTokenInjector, type TokenInjectorOptions } from 'bearer-worker';
import { atlassianConnect } from 'bearer-worker/providers';
import { directToken, sendByFetch, type Contestant, type Settings } from '../contestant.js';

/** This package, as the README says, with the options of the contestant. */
export async function injector(settings: Settings): Promise<Contestant> {
  const ownWay: Partial<TokenInjectorOptions> = settings.direct
    ? { getToken: ({ fetch: send }) => directToken(settings, send), identity: 'somebody' }
    : {};
  await registerTokenInjector({
    getToken: atlassianConnect(),
    scheme: 'JWT',
    ...ownWay,
    ...settings.options,
  });
  return { send: sendByFetch };
}

import type { TokenRequest } from 'bearer-worker';
import type { Minted } from '../support/token-host.js';

/** Which way the page's provider goes: to an address of its own, or to one that is itself covered. */
export type ProviderRoute = 'uncovered' | 'covered';

/** Asks the token host, which decides what this tab's provider does: the page only carries it out. */
export async function getToken(route: ProviderRoute, request: TokenRequest): Promise<string> {
  const tab = new URLSearchParams(location.search).get('tab') ?? '';
  const query = `tab=${tab}&reason=${request.reason}`;
  const response =
    route === 'covered'
      ? await request.fetch(`/api/open/mint?${query}`)
      : await fetch(`/mint?${query}`, { cache: 'no-store' });
  const minted = (await response.json()) as Minted;
  switch (minted.outcome) {
    case 'token':
      return minted.token;
    case 'hang':
      return new Promise<never>(() => {});
    case 'reject':
      throw new Error(minted.message);
    case 'undefined':
      // What an untyped host library really does; the types say that it cannot be.
      return undefined as unknown as string;
  }
}

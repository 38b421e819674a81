import { app as teamsApp, authentication } from '@microsoft/teams-js';
import { createApp } from '@shopify/app-bridge';
import { getSessionToken } from '@shopify/app-bridge/utilities';
import { registerTokenInjector, type TokenInjector, type TokenInjectorOptions } from 'bearer-worker';
import {
  endpoint,
  exchange,
  firebase,
  miro,
  monday,
  shopify,
  supabase,
  teams,
  webflow,
  type TokenProvider,
} from 'bearer-worker/providers';
import mondaySdk from 'monday-sdk-js/src/index.js';
import { answer } from '../../browser/pages/answer.js';
import { pageError, type PageError } from '../../browser/pages/page-error.js';
import {
  doubleOfFirebaseUser,
  doubleOfMiro,
  doubleOfShopify,
  doubleOfSupabaseAuth,
  doubleOfWebflow,
  patchFetchAsAppBridgeDoes,
} from './hosts-doubles.js';

const query = new URLSearchParams(location.search);

/** How each app makes its provider: the code of docs/hosts.md. */
const PROVIDERS = {
  'app-bridge-3'() {
    const app = createApp({ apiKey: 'app', host: query.get('host') ?? '' });
    return shopify(() => getSessionToken(app));
  },
  monday: () => monday(mondaySdk()),
  async teams() {
    await teamsApp.initialize([query.get('origin') ?? '']);
    return teams(authentication, { silent: true });
  },
  shopify() {
    Object.assign(globalThis, { shopify: doubleOfShopify() });
    return shopify();
  },
  miro() {
    Object.assign(globalThis, { miro: doubleOfMiro() });
    return miro();
  },
  webflow() {
    Object.assign(globalThis, { webflow: doubleOfWebflow() });
    return exchange(webflow(), '/session', { body: (idToken) => ({ idToken }) });
  },
  firebase() {
    const auth = { currentUser: doubleOfFirebaseUser() };
    return firebase(() => auth.currentUser);
  },
  supabase: () => supabase(doubleOfSupabaseAuth()),
  oauth: () =>
    endpoint('/oauth/token', {
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'app' }),
    }),
} satisfies Record<string, () => TokenProvider | Promise<TokenProvider>>;

export type HostName = keyof typeof PROVIDERS;

let injector: TokenInjector | undefined;
const events: string[] = [];

const appPage = {
  answer,
  events,
  patchFetchAsAppBridgeDoes,

  async register(name: HostName, options: Omit<TokenInjectorOptions, 'getToken'> = {}): Promise<string> {
    injector = await registerTokenInjector({ ...options, getToken: await PROVIDERS[name]() });
    injector.addEventListener('reauthRequired', () => void events.push('reauthRequired'));
    return injector.mode;
  },

  /** What the app learns where no token is to be had: our error, and the host's own behind it. */
  async tokenError(): Promise<{ code: string | undefined; host: PageError | undefined } | undefined> {
    try {
      await injector?.getAccessToken({ forceRefresh: true });
      return undefined;
    } catch (error) {
      const { cause } = error as Error;
      return { code: pageError(error).code, host: cause === undefined ? undefined : pageError(cause) };
    }
  },

  xhr(url: string): Promise<number> {
    const xhr = new XMLHttpRequest();
    xhr.open('GET', url);
    return new Promise((resolve) => {
      xhr.onloadend = () => resolve(xhr.status);
      xhr.send();
    });
  },

  image(url: string): Promise<number> {
    const image = new Image();
    return new Promise((resolve) => {
      image.onload = image.onerror = () => resolve(image.naturalWidth);
      image.src = url;
    });
  },
};

declare global {
  var appPage: AppPage;
}

/** What tests find in the page. */
export type AppPage = typeof appPage;

globalThis.appPage = appPage;

import { clientsClaim } from 'workbox-core/clientsClaim.js';
import { decodeOptions, OPTIONS_PARAMETER } from '../src/core/options.js';
import { createInjector } from './create-injector.js';
import { addRoutes, hasRoutes } from './routes.js';

declare const self: ServiceWorkerGlobalScope;

/*
 * The ready-made worker. Its options are in its own URL, so they are known at every start, also at one with no page
 * alive; a page with other options registers another URL, and the newest registration serves all.
 */
const options = decodeOptions(new URLSearchParams(self.location.search).get(OPTIONS_PARAMETER));

/*
 * Another worker may bring this script in, by `importScripts`. It is that one's part then: that one's listeners are to be
 * shown every request, and whether it waits is its own decision. A classic script is told its URL by a stack only, whose
 * first place is here. WebKit writes it without its query, Firefox now and then as it was given to `importScripts`.
 */
const here = /.*:\d+:\d+/.exec(`${new Error().stack}`)?.[0];
const isAlone = !here || here.includes(self.location.origin + self.location.pathname);

// The same engine alone cuts pages off, and another's listeners might come before: so it is one condition for both.
const isRouted = isAlone && hasRoutes();

self.addEventListener('fetch', createInjector(options, { isRouted, answersProbe: isRouted }).onFetch);
if (isAlone) {
  self.addEventListener('install', (event) => {
    addRoutes(event, options, self.location.origin);
    // Nothing of a token is lost with the old worker: the store has it, and a refresh under way holds its lock.
    void self.skipWaiting();
  });
  clientsClaim();
}

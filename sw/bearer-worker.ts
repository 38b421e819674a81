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

self.addEventListener('fetch', createInjector(options, hasRoutes()).onFetch);
self.addEventListener('install', (event) => {
  addRoutes(event, options, self.location.origin);
  // Nothing of a token is lost with the old worker: the store has it, and a refresh under way holds its lock.
  void self.skipWaiting();
});
clientsClaim();

import { clientsClaim } from 'workbox-core';
import { fromQuery } from '../src/core/options.js';
import { installTokenInjector } from './index.js';
import { addRoutes } from './routes.js';

declare const self: ServiceWorkerGlobalScope;

/*
 * The ready-made worker. Its options are in its own URL, so they are known at every start, also at one with no page
 * alive; a page with other options registers another URL, and the newest registration serves all.
 */
const options = fromQuery(self.location.search);

installTokenInjector(options);
self.addEventListener('install', (event) => {
  addRoutes(event, options, self.location.origin);
  // Nothing of a token is lost with the old worker: the store has it, and a refresh under way holds its lock.
  void self.skipWaiting();
});
clientsClaim();

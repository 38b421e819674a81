/* global importScripts */
import { installTokenInjector } from 'bearer-worker/sw';

// First: it answers what the page cannot attach a token to, images, EventSource and workers.
installTokenInjector({ include: ['/api/'] });

// Then: it sees everything else, with the token that the page has attached.
importScripts('/mockServiceWorker.js');

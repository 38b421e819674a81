import { registerTokenInjector } from 'bearer-worker';
import { atlassianConnect } from 'bearer-worker/providers';
import { observed } from './observe.js';

// All that an app writes. Both modules of this app share the file, and so one worker with one set of options.
// The download is a link, that is, a navigation: a rule of its own lets it carry a token. `observed` tells the
// demo's screen of each call, and is not needed for anything else.
export const injector = await registerTokenInjector({
  getToken: observed(atlassianConnect()),
  scheme: 'JWT',
  include: ['/api/', { path: '/api/export.csv', navigations: true }],
});

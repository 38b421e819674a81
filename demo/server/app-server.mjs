import express from 'express';
import connect from 'atlassian-connect-express';
import { apiRoutes } from './api-routes.mjs';
import { framePage } from './frame-page.mjs';
import { memoryStore } from './memory-store.mjs';
import { staticParts } from './static-parts.mjs';
import { MODULES, moduleByKey } from './tenants.mjs';
import { readClaims } from './tokens.mjs';

export const APP_KEY = 'bearer-worker-demo';

/**
 * The app: its back end on atlassian-connect-express, which decides by itself whom it answers, and the pages
 * of its frames. `appUrl` must be known beforehand, since it is part of what tokens are made out to.
 */
export async function createApp({ appUrl, tenants, journal, refusals, streams, screenOrigin, workerScript }) {
  const app = express();
  let framesServed = 0;

  app.disable('x-powered-by');
  app.use(express.json());
  app.use(express.urlencoded({ extended: false }));
  connect.store.register('memory', memoryStore);
  // Adds the route for installations, which reads a parsed body: hence the parsers before it.
  const addon = await connectAddon(app, appUrl);
  app.use(addon.middleware());

  for (const { key } of MODULES) {
    app.get(`/${key}`, addon.authenticate(), (request, response) => {
      const tenant = tenantOf(request, tenants);
      const frame = `frame-${(framesServed += 1)}`;
      journal.write({ type: 'frame', frame, tenant: tenant.name, module: key });
      response.type('html').send(framePage({ frame, tenant, module: moduleByKey(key), screenOrigin }));
    });
  }

  app.use(
    '/api',
    recordArrival(journal),
    refuse(refusals),
    addon.authenticate(true),
    recordAccepted({ tenants, journal }),
    apiRoutes(streams),
  );

  app.use(answerAuthenticationError);

  app.get('/bearer-worker.js', (request, response) => {
    response.set('Cache-Control', 'no-cache').type('js').send(workerScript());
  });
  app.use(staticParts());
  return app;
}

/**
 * Left to itself, atlassian-connect-express words its 401 as text, HTML or JSON, and where a request accepts none
 * of them, as an EventSource does, it becomes a 406: nothing that tells of a refused token.
 */
function answerAuthenticationError(error, request, response, next) {
  if (typeof error.code !== 'number') return next(error);
  response.status(error.code).json({ message: error.message });
}

/** The real add-on object, told by `configure` what a Connect app keeps in its two JSON files. */
function connectAddon(app, appUrl) {
  const quiet = () => {};
  /** @type {any} no more than what is needed of a descriptor here */
  const descriptor = {
    key: APP_KEY,
    name: 'Demo of bearer-worker',
    baseUrl: appUrl,
    authentication: { type: 'jwt' },
    lifecycle: { installed: '/installed' },
    modules: {},
  };
  const settings = {
    watch: false,
    expressErrorHandling: true,
    store: { adapter: 'memory' },
    localBaseUrl: appUrl,
    whitelist: '*.jira.localhost',
  };
  return new Promise((resolve) => {
    const addon = connect(
      app,
      {
        config: { development: settings, production: settings, descriptorTransformer: () => descriptor },
      },
      /** @type {any} */ ({ info: quiet, warn: quiet, error: console.error }),
      // No files are read: a neighbour's config.json in the working directory is not ours.
      { configFileName: 'no-config.json', descriptorFilename: 'atlassian-connect.json' },
      () => resolve(addon),
    );
  });
}

/** Each arrival is written down once, with the back end's verdict. */
function recordArrival(journal) {
  return (request, response, next) => {
    const header = request.get('Authorization');
    const claims = header?.startsWith('JWT ') ? readClaims(header.slice(4)) : undefined;
    response.locals.arrival = {
      type: 'arrival',
      at: Date.now(),
      request: request.query.request,
      frame: request.query.frame,
      bare: header === undefined,
      token: claims?.jti,
    };
    response.on('finish', () => {
      if (response.statusCode === 401) journal.write({ ...response.locals.arrival, status: 401 });
    });
    next();
  };
}

function refuse(refusals) {
  return (request, response, next) => {
    if (!refusals.has(response.locals.arrival.token)) return next();
    response.status(401).json({ message: 'This token was refused from the demo’s screen.' });
  };
}

function recordAccepted({ tenants, journal }) {
  return (request, response, next) => {
    const { arrival } = response.locals;
    const tenant = tenantOf(request, tenants);
    const module = request.context.context.jira.issue ? 'issue-panel' : 'project-page';
    journal.write({ ...arrival, status: 200, tenant: tenant.name, module });
    next();
  };
}

function tenantOf(request, tenants) {
  return tenants.find((tenant) => tenant.clientKey === request.context.clientKey);
}

import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import express from 'express';
import connect from 'atlassian-connect-express';
import { createHost } from '../../../demo/server/host-server.mjs';
import { createInstallKey, install } from '../../../demo/server/install.mjs';
import { listen, stop } from '../../../demo/server/listen.mjs';
import { memoryStore } from '../../../demo/server/memory-store.mjs';
import { createTenants, MODULES } from '../../../demo/server/tenants.mjs';

const APP_KEY = 'first-minutes';

/** The product is the demo's; the app has nothing of the demo's but the store of its installations. */
export async function startConnectApp({ html, serve }) {
  const listenersBefore = process.listeners('unhandledRejection');
  const [tenant] = createTenants();
  const key = createInstallKey();
  const hostServer = createServer();
  const appServer = createServer();
  const [hostPort, appPort] = [await listen(hostServer, 0), await listen(appServer, 0)];
  const appUrl = `http://127.0.0.1:${appPort}`;
  tenant.origin = `http://${tenant.hostname}:${hostPort}`;
  const answers = [];

  const app = express();
  app.use(express.json());
  connect.store.register('memory', memoryStore);
  const addon = await connectAddon(app, appUrl);
  app.use(addon.middleware());
  // A frame's first page comes with the token in its URL; what its scripts ask, with a token of the frame.
  for (const module of MODULES) {
    app.get(`/${module.key}`, addon.authenticate(), (request, response) => response.type('html').send(html));
  }
  app.use('/api', (request, response, next) => {
    response.on('finish', () => answers.push(`${request.originalUrl} ${response.statusCode}`));
    next();
  });
  app.get('/api/me', addon.authenticate(true), (request, response) => {
    response.json({ account: request.context.userAccountId });
  });
  app.get('/all.js', (request, response) =>
    response.sendFile(fileURLToPath(import.meta.resolve('atlassian-connect-js/dist/iframe.js'))),
  );
  app.use(serve);
  appServer.on('request', app);
  const journal = { write: () => undefined };
  const settings = { lifeSeconds: 60 };
  const context = {
    tenants: [tenant],
    settings,
    controls: {},
    journal,
    installKey: key,
    appUrl,
    appKey: APP_KEY,
  };
  hostServer.on('request', createHost(context));
  const keyServerUrl = `http://127.0.0.1:${hostPort}/install-keys`;
  await install(tenant, { appKey: APP_KEY, appUrl, keyServerUrl, key });

  return {
    url: `${tenant.origin}/`,
    answers,
    async close() {
      await Promise.all([stop(hostServer), stop(appServer)]);
      // atlassian-connect-express listens for these on behalf of the process, for good.
      for (const listener of process.listeners('unhandledRejection')) {
        if (!listenersBefore.includes(listener)) process.off('unhandledRejection', listener);
      }
    },
  };
}

function connectAddon(app, appUrl) {
  const quiet = () => {};
  const descriptor = {
    key: APP_KEY,
    name: 'First minutes',
    baseUrl: appUrl,
    authentication: { type: 'jwt' },
    lifecycle: { installed: '/installed' },
    modules: {},
  };
  const settings = {
    watch: false,
    store: { adapter: 'memory' },
    localBaseUrl: appUrl,
    whitelist: '*.jira.localhost',
  };
  return new Promise((resolve) => {
    const addon = connect(
      app,
      { config: { development: settings, production: settings, descriptorTransformer: () => descriptor } },
      { info: quiet, warn: quiet, error: console.error },
      { configFileName: 'no-config.json', descriptorFilename: 'atlassian-connect.json' },
      () => resolve(addon),
    );
  });
}

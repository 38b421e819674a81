import express, { Router } from 'express';
import { controlRoutes } from './control-routes.mjs';
import { hostParts } from './static-parts.mjs';
import { MODULES, moduleByKey } from './tenants.mjs';
import { mintContextToken, mintUrlToken } from './tokens.mjs';

export const SCREEN_HOSTNAME = 'jira.localhost';

/** The product keeps a context token for 30 s, and those live about 180 s. Shorter lives keep the proportion. */
const PRODUCT_CACHE_SECONDS = 30;
const PRODUCT_LIFE_SECONDS = 180;

/**
 * The product of both tenants, and the screen. All are hosts of one site (`jira.localhost`), so a frame of the
 * app finds the same storage, locks and service worker below each of them.
 */
export function createHost({ tenants, settings, controls, journal, installKey, appUrl, appKey }) {
  const host = express();
  host.disable('x-powered-by');
  host.use((request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  host.get(`/install-keys/${installKey.keyId}`, (request, response) => {
    response.type('text').send(installKey.publicKey);
  });

  const product = Router();
  product.get('/', (request, response) => response.sendFile('host.html', { root: hostRoot('host') }));
  product.get('/product/page', (request, response) => {
    const { name } = tenantOf(request, tenants);
    response.json({ tenant: name, appKey, modules: MODULES.map(({ key, title }) => ({ key, title })) });
  });
  product.get('/product/module/:key', (request, response) => {
    const tenant = tenantOf(request, tenants);
    const module = moduleByKey(request.params.key);
    if (!tenant.signedIn) return response.status(401).json({ message: 'Signed out of the product.' });
    response.json(moduleForPage({ tenant, module, settings, appUrl, journal }));
  });

  const screen = Router();
  screen.get('/', (request, response) => response.sendFile('screen.html', { root: hostRoot('screen') }));
  screen.use('/demo', controlRoutes({ tenants, settings, controls, journal, appUrl }));

  host.use((request, response, next) => {
    if (request.hostname === SCREEN_HOSTNAME) return screen(request, response, next);
    if (tenantOf(request, tenants)) return product(request, response, next);
    next();
  });
  host.use(hostParts());
  host.use((request, response) => {
    response.redirect(`http://${SCREEN_HOSTNAME}:${request.socket.localPort}/`);
  });
  return host;
}

/** What the product's back end tells the page of a module: the frame's URL and, if it will, a context token. */
function moduleForPage({ tenant, module, settings, appUrl, journal }) {
  const url = new URL(`${appUrl}/${module.key}`);
  const query = { xdm_e: tenant.origin, xdm_c: `channel-${module.key}`, cp: '', lic: 'active', cv: '5' };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  url.searchParams.set('jwt', mintUrlToken(tenant, module, url, appUrl));

  const { getTokenMode } = tenant;
  const { lifeSeconds } = settings;
  const given = getTokenMode === 'answers' || getTokenMode === 'expired';
  const contextJwt = given
    ? mintContextToken(tenant, module, { lifeSeconds, expired: getTokenMode === 'expired' })
    : undefined;
  if (given) journal.write({ type: 'minted', tenant: tenant.name, module: module.key, mode: getTokenMode });
  return {
    url: url.href,
    getTokenMode,
    cacheSeconds: PRODUCT_CACHE_SECONDS * Math.min(1, lifeSeconds / PRODUCT_LIFE_SECONDS),
    options: { contextJwt },
  };
}

function tenantOf(request, tenants) {
  return tenants.find(({ hostname }) => hostname === request.hostname);
}

function hostRoot(folder) {
  return new URL(`../${folder}/`, import.meta.url).pathname;
}

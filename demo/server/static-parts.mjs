import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';

const fromRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The library as npm would install it. Its dependencies are found through an import map, without a bundler. */
export const importMap = {
  imports: {
    'bearer-worker': '/lib/index.js',
    'bearer-worker/providers': '/lib/providers.js',
    'idb-keyval': '/vendor/idb-keyval/dist/index.js',
    jose: '/vendor/jose/dist/webapi/index.js',
    'workbox-core/': '/vendor/workbox-core/',
  },
};

export const workerPath = fromRoot('dist/bearer-worker.js');

export function requireBuild() {
  if (existsSync(workerPath)) return;
  throw new Error(`The demo runs the built library, and ${workerPath} is missing. Run: npm run build`);
}

export function staticParts() {
  const parts = Router();
  parts.use('/lib', express.static(fromRoot('dist')));
  for (const name of ['idb-keyval', 'jose', 'workbox-core']) {
    parts.use(`/vendor/${name}`, express.static(fromRoot(`node_modules/${name}`)));
  }
  parts.get('/all.js', sendFile(fromRoot('node_modules/atlassian-connect-js/dist/iframe.js')));
  parts.use('/app', express.static(fromRoot('demo/app')));
  return parts;
}

export function hostParts() {
  const parts = Router();
  parts.get('/connect-host.js', sendFile(fromRoot('node_modules/atlassian-connect-js/dist/connect-host.js')));
  parts.get('/jquery.js', sendFile(fromRoot('node_modules/jquery/dist/jquery.min.js')));
  parts.use('/host', express.static(fromRoot('demo/host')));
  parts.use('/screen', express.static(fromRoot('demo/screen')));
  return parts;
}

function sendFile(path) {
  return (request, response) => response.sendFile(path);
}

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { APP_KEY, createApp } from './app-server.mjs';
import { createHost, SCREEN_HOSTNAME } from './host-server.mjs';
import { createInstallKey, install } from './install.mjs';
import { createJournal } from './journal.mjs';
import { listen, stop } from './listen.mjs';
import { createRefusals } from './refusals.mjs';
import { requireBuild, workerPath } from './static-parts.mjs';
import { createStreams } from './streams.mjs';
import { createTenants } from './tenants.mjs';

/**
 * Starts the product of both tenants on one port and the app on the next, and installs the app in both.
 *
 * `driver`, if given, is something that holds the browser from outside and can do what no page can:
 * `{ killWorker(), reloadHard() }`. Without one the worker is replaced by a new copy of itself.
 *
 * @param {{ port?: number, lifeSeconds?: number, driver?: import('../start.mjs').Driver }} [options]
 */
export async function startDemoServer({ port = 8300, lifeSeconds = 60, driver } = {}) {
  requireBuild();
  const listenersBefore = process.listeners('unhandledRejection');
  const tenants = createTenants();
  const settings = { lifeSeconds };
  const journal = createJournal();
  const refusals = createRefusals();
  const installKey = createInstallKey();
  const streams = createStreams();
  const worker = { copies: 1, served: 1 };

  // Each server is told where the other listens, so both listen first and are given their answers after.
  const hostServer = createServer();
  const hostPort = await listen(hostServer, port);
  const appServer = createServer();
  const appPort = await listen(appServer, port === 0 ? 0 : hostPort + 1);
  const appUrl = `http://127.0.0.1:${appPort}`;
  const url = `http://${SCREEN_HOSTNAME}:${hostPort}/`;
  for (const tenant of tenants) tenant.origin = `http://${tenant.hostname}:${hostPort}`;

  const workerScript = () => {
    // A new worker waits until the old one has answered all, streams included (Chromium); they would end with a
    // killed one as well, and come back by themselves.
    if (worker.served < worker.copies) streams.endAll();
    worker.served = worker.copies;
    return `${readFileSync(workerPath, 'utf8')}\n// copy ${worker.copies} of the demo\n`;
  };
  const screenOrigin = new URL(url).origin;
  const controls = {
    driver,
    hasDriver: () => controls.driver !== undefined,
    refuseIssued: refusals.refuseIssued,
    async killWorker() {
      if (controls.driver) {
        await controls.driver.killWorker();
        return { killed: true };
      }
      worker.copies += 1;
      return { killed: false };
    },
    async reloadHard() {
      await controls.driver?.reloadHard();
      return { reloaded: controls.driver !== undefined };
    },
  };

  appServer.on(
    'request',
    await createApp({ appUrl, tenants, journal, refusals, streams, screenOrigin, workerScript }),
  );
  hostServer.on(
    'request',
    createHost({ tenants, settings, controls, journal, installKey, appUrl, appKey: APP_KEY }),
  );
  for (const tenant of tenants) {
    const keyServerUrl = `http://127.0.0.1:${hostPort}/install-keys`;
    await install(tenant, { appKey: APP_KEY, appUrl, keyServerUrl, key: installKey });
  }

  return {
    url,
    appUrl,
    tenants,
    settings,
    journal,
    /** Hands over a driver later, for a browser that can only be opened once the address is known. */
    useDriver(given) {
      controls.driver = given;
    },
    async close() {
      journal.close();
      await Promise.all([stop(hostServer), stop(appServer)]);
      // atlassian-connect-express listens for these on behalf of the process, for good.
      for (const listener of process.listeners('unhandledRejection')) {
        if (!listenersBefore.includes(listener)) process.off('unhandledRejection', listener);
      }
    },
  };
}

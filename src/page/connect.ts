import { encodeOptions, OPTIONS_PARAMETER } from '../core/options.js';
import { diagnose } from './diagnose.js';
import { unavailable } from './explain.js';
import type { PageOptions } from './options.js';
import { toScriptUrl } from './trusted-script-url.js';

/** Claiming takes a few milliseconds. */
const CONTROL_MS = 5000;

/** Installing takes some 100 ms; a script that hangs must not keep an app from starting. */
const ACTIVATE_MS = 10_000;

/**
 * Registers the worker with these options in its URL, and waits until it is active.
 *
 * @throws {TokenInjectorError} `worker-unavailable`, with what is wrong and what mends it
 */
export async function connect({ workerUrl, scope, worker }: PageOptions): Promise<ServiceWorkerRegistration> {
  const container = serviceWorkers();
  const url = new URL(workerUrl);
  const encoded = encodeOptions(worker);
  if (encoded) url.searchParams.set(OPTIONS_PARAMETER, encoded);
  let registration: ServiceWorkerRegistration;
  try {
    registration = await container.register(toScriptUrl(url.href) as string, {
      updateViaCache: 'none',
      ...(scope === undefined ? {} : { scope }),
    });
  } catch (error) {
    throw unavailable(await diagnose(url, error), error);
  }
  if (!location.href.startsWith(registration.scope)) {
    throw unavailable(
      `This page is outside the worker's scope ${registration.scope}. Serve ${url.pathname} from a folder above the page, or set "scope" and the header Service-Worker-Allowed.`,
    );
  }
  const newest = registration.installing ?? registration.waiting ?? registration.active;
  if (newest) await activated(newest);
  return registration;
}

/** The container; its very getter throws in a sandboxed frame, and insecure pages have none. */
export function serviceWorkers(): ServiceWorkerContainer {
  let container: ServiceWorkerContainer | undefined;
  let cause: unknown;
  try {
    container = navigator.serviceWorker;
  } catch (error) {
    cause = error;
  }
  if (container) return container;
  throw unavailable(
    globalThis.isSecureContext
      ? 'This page may not have a service worker: its frame needs sandbox="allow-scripts allow-same-origin".'
      : 'Service workers need a secure page: serve it, and the page around it, over https or from localhost.',
    cause,
  );
}

function activated(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        unavailable(`The worker was still "${worker.state}" after ${ACTIVATE_MS / 1000} s. Reload the page.`),
      );
    }, ACTIVATE_MS);
    const check = (): void => {
      if (worker.state === 'activated') resolve();
      else if (worker.state === 'redundant') {
        reject(
          unavailable(
            'The worker failed to install, or another page installed a newer one. Reload the page.',
          ),
        );
      } else return;
      clearTimeout(timer);
      worker.removeEventListener('statechange', check);
    };
    worker.addEventListener('statechange', check);
    check();
  });
}

/** Resolves when a worker of this script controls the page: at a first load, and after a hard reload. */
export function controlled(container: ServiceWorkerContainer, workerUrl: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (outcome: () => void): void => {
      clearTimeout(timer);
      container.removeEventListener('controllerchange', check);
      outcome();
    };
    const check = (): void => {
      if (container.controller && isScriptOf(container.controller, workerUrl)) end(resolve);
    };
    const tooLate = (): void =>
      reject(unavailable('The worker does not take control of this page. Reload it.'));
    const timer = setTimeout(() => end(tooLate), CONTROL_MS);
    container.addEventListener('controllerchange', check);
    check();
  });
}

/** The same script; its query is the options of whichever page registered last. */
export function isScriptOf(worker: ServiceWorker, workerUrl: URL): boolean {
  return new URL(worker.scriptURL).pathname === workerUrl.pathname;
}

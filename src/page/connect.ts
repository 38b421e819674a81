import { PROBE_HASH, PROBE_HEADER } from '../core/bypass.js';
import { TokenInjectorError } from '../core/errors.js';
import { encodeOptions, OPTIONS_PARAMETER } from '../core/options.js';
import { unavailable } from './explain.js';
import type { PageOptions } from './options.js';
import { toScriptUrl } from './trusted-script-url.js';

/** Claiming takes a few milliseconds. */
const CONTROL_MS = 5000;

/** Installing takes some 100 ms; a script that hangs must not keep an app from starting. */
const ACTIVATE_MS = 10_000;

/** Pages of several deployments may start at once, as after a restart of the browser. */
const MAX_WORKERS = 4;

/**
 * Registers the worker with these options in its URL, and waits until it is active.
 *
 * @throws {TokenInjectorError} `worker-unavailable`, with what is wrong and what mends it
 */
export async function connect(
  container: ServiceWorkerContainer,
  { workerUrl, scope, worker }: PageOptions,
): Promise<ServiceWorkerRegistration> {
  const url = new URL(workerUrl);
  const encoded = encodeOptions(worker);
  if (encoded) url.searchParams.set(OPTIONS_PARAMETER, encoded);
  let registration: ServiceWorkerRegistration | undefined;
  try {
    const registering = container.register(
      toScriptUrl(url.href) as string,
      {
        updateViaCache: 'none',
        scope,
      } as RegistrationOptions,
    );
    registration = await inTime(ACTIVATE_MS, registering);
  } catch (cause) {
    const message = await import('./diagnose.js').then(
      ({ diagnose }) => diagnose(url, cause),
      () => `The worker script ${url.pathname} could not be registered.`,
    );
    throw new TokenInjectorError('worker-unavailable', message, { cause });
  }
  if (!registration) throw await unavailable('installing');
  if (!location.href.startsWith(registration.scope)) throw await unavailable('scope', registration.scope);
  // Of an app's own worker, a newer version may wait for days; the active one will do.
  if (registration.active?.scriptURL === url.href) return registration;
  for (let attempt = 1; ; attempt++) {
    const newest = registration.installing ?? registration.waiting ?? registration.active;
    // It failed to install, and was taken away before it could say so.
    if (!newest) throw await unavailable('redundant');
    // `activated` or `redundant`; or `activating`, after which WebKit tells a page that was open before nothing more.
    const isSettled = (): boolean => /^[ar]/.test(newest.state);
    if (!(await until(ACTIVATE_MS, newest, 'statechange', isSettled))) {
      throw await unavailable('installing', newest.state);
    }
    if (newest.state !== 'redundant') return registration;
    // Another page, with other options, was faster: its worker will do.
    if (attempt === MAX_WORKERS) throw await unavailable('redundant');
  }
}

/**
 * The container; its very getter throws in a sandboxed frame (but for Firefox, which refuses to register there), and
 * insecure pages have none, nor has any page where workers are turned off.
 */
export async function serviceWorkers(): Promise<ServiceWorkerContainer> {
  let container: ServiceWorkerContainer | undefined;
  let cause: unknown;
  try {
    container = navigator.serviceWorker;
  } catch (error) {
    cause = error;
  }
  if (container) return container;
  const why = globalThis.origin === 'null' ? 'sandboxed' : 'absent';
  throw await unavailable(isSecureContext ? why : 'insecure', '', cause);
}

/** Resolves when a worker of this script controls the page: at a first load, and after a hard reload. */
export async function controlled(container: ServiceWorkerContainer, workerUrl: URL): Promise<void> {
  const isControlled = (): boolean => !!container.controller && isScriptOf(container.controller, workerUrl);
  if (!(await until(CONTROL_MS, container, 'controllerchange', isControlled)))
    throw await unavailable('uncontrolled');
}

/**
 * Whether the worker is shown what this page requests. Where a worker ends while the document of a page is on its way,
 * Chromium gives that page a controller and no way to it; and a worker may have a listener that answers before ours.
 */
export async function isReached({ workerUrl, worker: { include } }: PageOptions): Promise<boolean> {
  const [covered = '/'] = include;
  const { href } = new URL(typeof covered === 'string' ? covered : covered.path, workerUrl);
  // A policy that forbids the request, as one may that names the API's paths singly, says nothing of the worker.
  let isForbidden = false;
  const onViolation = ({ blockedURI }: SecurityPolicyViolationEvent): void => {
    isForbidden ||= href.startsWith(blockedURI);
  };
  document.addEventListener('securitypolicyviolation', onViolation);
  // The network is not asked, whoever answers.
  const init = { cache: 'only-if-cached', mode: 'same-origin' } as const;
  const probe = async (): Promise<boolean> =>
    (await fetch(href + PROBE_HASH, init)).headers.has(PROBE_HEADER);
  const judge = async (): Promise<boolean> => {
    // That it was forbidden is told a task later.
    await new Promise((resolve) => setTimeout(resolve));
    return isForbidden;
  };
  const isReached = await inTime(CONTROL_MS, probe().catch(probe).catch(judge));
  document.removeEventListener('securitypolicyviolation', onViolation);
  return isReached ?? true;
}

/** The same script; its query is the options of whichever page registered last. */
export function isScriptOf(worker: ServiceWorker, workerUrl: URL): boolean {
  return new URL(worker.scriptURL).pathname === workerUrl.pathname;
}

/** What comes of it within the time; undefined where nothing does. */
async function inTime<T>(timeoutMs: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether it came true, now or with an event, within the time. */
function until(
  timeoutMs: number,
  target: EventTarget | null,
  event: string,
  isTrue: () => boolean,
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (outcome: boolean): void => {
      clearTimeout(timer);
      target?.removeEventListener(event, check);
      resolve(outcome);
    };
    const check = (): void => {
      if (isTrue()) end(true);
    };
    const timer = setTimeout(() => end(false), timeoutMs);
    target?.addEventListener(event, check);
    check();
  });
}

/** Says why the worker could not be registered, and what mends it; looks at the script itself to tell. */
export async function diagnose(url: URL, error: unknown): Promise<string> {
  // Where the getter of workers does not throw (Firefox), their registration does.
  if (globalThis.origin === 'null') {
    const { sentenceFor } = await import('./sentences.js');
    return sentenceFor('sandboxed', '');
  }
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotSupportedError' || name === 'InvalidStateError' || isSiteDataBlocked()) {
    return 'The browser allows no service worker here: site data is blocked for this page or frame. Allow its cookies and site data, in a frame of another site third-party cookies.';
  }
  const script = await look(url);
  if (!script) return `The worker script ${url.pathname} could not be fetched. Is the page online?`;
  if (!script.ok) {
    return `The worker script ${url.pathname} answers ${script.status}. Run "npx bearer-worker init <public-dir>", or set "workerUrl".`;
  }
  const type = script.headers.get('Content-Type') ?? 'no type';
  if (!/javascript/i.test(type)) {
    return `The worker script ${url.pathname} is served as ${type}: probably the app's HTML. Run "npx bearer-worker init <public-dir>" into the folder that is served.`;
  }
  if (name === 'SecurityError') {
    return `The worker script ${url.pathname} may not be registered: its scope is above its folder (header Service-Worker-Allowed), the page's Content-Security-Policy lacks worker-src 'self', it redirects, or site data is blocked.`;
  }
  return `The worker script ${url.pathname} was refused (${name}): it throws, does not parse, or the page's Content-Security-Policy needs worker-src 'self', with Trusted Types also trusted-types bearer-worker. Run "npx bearer-worker init <public-dir>" to renew it.`;
}

/** Firefox has the same error for this as for a scope that is not allowed; its storage tells. */
function isSiteDataBlocked(): boolean {
  try {
    void globalThis.localStorage;
    return false;
  } catch (error) {
    return error instanceof Error && error.name === 'SecurityError';
  }
}

/** Longer than a server takes that answers at all; until then the page is not covered. */
const LOOK_MS = 5000;

async function look(url: URL): Promise<Response | undefined> {
  try {
    return await fetch(url, { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(LOOK_MS) });
  } catch {
    return undefined;
  }
}

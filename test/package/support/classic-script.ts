import { createContext, Script } from 'node:vm';

/** Runs a script as a classic one in a bare worker-like global; the answer is the names of the events it listens to. */
export function eventsListenedTo(script: string): string[] {
  const events: string[] = [];
  const scope: Record<string, unknown> = {
    addEventListener: (type: string) => events.push(type),
    location: new URL('http://localhost/worker.js'),
    registration: { scope: 'http://localhost/' },
    navigator: {},
    clients: {},
    console,
    URL,
    URLSearchParams,
    AbortController,
    AbortSignal,
    setTimeout,
    clearTimeout,
    fetch,
    Request,
    Response,
    Headers,
    TextDecoder,
    TextEncoder,
    atob,
    btoa,
  };
  scope['self'] = scope;
  new Script(script).runInContext(createContext(scope));
  return events;
}

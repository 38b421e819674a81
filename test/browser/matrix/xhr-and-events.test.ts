import type { BodyKind } from '../pages/matrix-bodies.js';
import type { XhrProbe } from '../pages/matrix-xhr.js';
import { defineCells } from './define.js';
import type { Transport } from './transport.js';

function xhr(name: string, path: string, probe: XhrProbe = {}): Transport {
  return {
    name,
    path,
    run: ({ tab }, url) => tab.evaluate((to, given) => harness.matrix.seeXhr(to, given), url, probe),
  };
}

function eventSource(name: string, count: number, more: Partial<Transport> = {}): Transport {
  return {
    name,
    path: 'events',
    run: ({ tab }, url) =>
      tab.evaluate((to, messages) => harness.matrix.seeEventSource(to, messages), url, count),
    ...more,
  };
}

function beacon(name: string, body: Exclude<BodyKind, 'stream'>): Transport {
  return {
    name,
    path: 'echo',
    async run({ tab }, url, arrived) {
      const isQueued = await tab.evaluate(
        (to, kind) => navigator.sendBeacon(to, harness.matrix.BODIES[kind]()),
        url,
        body,
      );
      await arrived();
      return { isQueued };
    },
  };
}

function atUnload(name: string, kind: 'beacon' | 'keepalive'): Transport {
  return {
    name,
    path: 'echo',
    async run(site, url, arrived) {
      const { page } = await site.openTab();
      await page.evaluate((how, to) => harness.matrix.sendAtUnload(how, to), kind, url);
      await page.goto(`${site.app.origin}/matrix/empty.html`);
      await arrived();
      await page.close();
      return {};
    },
  };
}

defineCells([
  xhr('XHR GET', 'echo'),
  xhr('XHR POST', 'echo', { method: 'POST', body: 'json' }),
  xhr('XHR POST of a FormData with a file', 'echo', { method: 'POST', body: 'form' }),
  xhr('XHR with upload progress', 'echo', { method: 'POST', body: 'large', watchesUpload: true }),
  xhr('XHR with download progress', 'chunked', { watchesDownload: true }),
  xhr('XHR, responseType blob', 'fixed', { responseType: 'blob' }),
  xhr('XHR of an answer cut in the middle', 'broken'),
  xhr('synchronous XHR', 'echo', { isSync: true }),
  eventSource('EventSource', 2),
  eventSource('EventSource that comes back', 4, { refusedFrom: 1 }),
  beacon('sendBeacon of a string', 'string'),
  beacon('sendBeacon of a Blob', 'blob'),
  beacon('sendBeacon of a FormData', 'form'),
  atUnload('keepalive fetch at unload', 'keepalive'),
  atUnload('sendBeacon at unload', 'beacon'),
]);

import 'zone.js';
// Not a part of it by default; with it Angular hears of the end of a fetch.
import 'zone.js/plugins/zone-patch-fetch';

const controller = new AbortController();
let ended = Promise.resolve('');

const client = {
  status: (url: string): Promise<number> => fetch(url).then(({ status }) => status),

  async calls(): Promise<unknown[]> {
    const xhr = new XMLHttpRequest();
    const sent = new Promise((resolve) => xhr.addEventListener('load', () => resolve(xhr.status)));
    xhr.open('POST', '/api/report');
    xhr.send('text');
    return Promise.all([
      fetch('/api/echo?page=2').then(async (response) => ((await response.json()) as { url: string }).url),
      fetch(new Request('/api/echo?page=3')).then(({ status }) => status),
      sent,
    ]);
  },

  /** Whether zone.js takes an XHR for one that is still under way when its page has had the answer. */
  async isLeftPending(): Promise<boolean> {
    let isPending = false;
    const app = Zone.current.fork({
      name: 'app',
      onHasTask: (_parent, _current, _target, { change, macroTask }) => {
        if (change === 'macroTask') isPending = macroTask;
      },
    });
    const xhr = new XMLHttpRequest();
    const ended = new Promise((resolve) => xhr.addEventListener('loadend', resolve));
    app.run(() => {
      xhr.open('GET', '/api/echo?xhr');
      xhr.send();
    });
    await ended;
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (xhr.status !== 200) throw new Error(String(xhr.status));
    return isPending;
  },

  begin(): void {
    const { signal } = controller;
    ended = fetch('/api/held', { signal, referrerPolicy: 'no-referrer' }).then(
      String,
      ({ name }: Error) => name,
    );
  },
  abort(): Promise<string> {
    controller.abort();
    return ended;
  },
};

declare global {
  var zoneClient: typeof client;
}
globalThis.zoneClient = client;

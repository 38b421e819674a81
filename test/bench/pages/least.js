// The least that attaches a token and has it still after a stop: one user, one token for ever, no questions asked.
let token;
const opened = new Promise((resolve, reject) => {
  const open = indexedDB.open('least', 1);
  open.onupgradeneeded = () => open.result.createObjectStore('state');
  open.onsuccess = () => resolve(open.result);
  open.onerror = () => reject(open.error);
});
const read = opened.then(
  (db) =>
    new Promise((resolve, reject) => {
      const get = db.transaction('state').objectStore('state').get('token');
      get.onsuccess = () => resolve((token ??= get.result));
      get.onerror = () => reject(get.error);
    }),
);

function attach(request) {
  const copy = new Request(request);
  copy.headers.set('Authorization', `JWT ${token}`);
  return fetch(copy);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (!new URL(request.url).pathname.startsWith('/api/')) return;
  event.respondWith(token ? attach(request) : read.then(() => attach(request)));
});
self.addEventListener('message', (event) => {
  token = event.data;
  const [port] = event.ports;
  event.waitUntil(
    opened.then((db) => {
      db.transaction('state', 'readwrite').objectStore('state').put(token, 'token').transaction.oncomplete =
        () => port.postMessage('stored');
    }),
  );
});
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

// Every request comes here, but for those whose fragment a static route takes past this worker.
self.addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));
self.addEventListener('install', (event) => {
  const condition = { urlPattern: { pathname: '*', hash: 'past-worker' } };
  event.waitUntil(event.addRoutes([{ condition, source: 'network' }]));
  self.skipWaiting();
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

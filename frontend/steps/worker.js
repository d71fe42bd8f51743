/**
 * The service worker: keeps the page itself, so that it opens without network. Tasks are not its business: the page keeps
 * them. The build puts FILES and VERSION in front.
 *
 * @type {readonly string[]} FILES
 */

const CACHE = `page-${VERSION}`;
const NO_PAGES_BELOW = /^\/(api|docs|health|metrics|openapi\.json|assets)(\/|$)/;

addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))),
  );
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate') {
    if (!NO_PAGES_BELOW.test(pathname)) event.respondWith(fetch(request).catch(() => caches.match('/')));
  } else if (FILES.includes(pathname)) {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
  }
});

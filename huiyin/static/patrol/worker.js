// The worker of the patrol page: the network first, what was kept where there is none.
const CACHE = "huiyin-walk-1";
const PAGE = new URL(self.registration.scope).pathname;
const LOOSELY = { ignoreSearch: true, ignoreVary: true };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  event.waitUntil(keepAll(event.data.keep).then(() => event.source.postMessage({ kept: true })));
});

async function keepAll(addresses) {
  const cache = await caches.open(CACHE);
  await Promise.all(addresses.map((address) => cache.add(address)));
}

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const ours = pathname === PAGE || pathname.startsWith("/static/");
  if (event.request.method !== "GET" || origin !== self.location.origin || !ours) return;
  event.respondWith(pathname === PAGE ? page(event.request) : file(event.request));
});

async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    // Whoever signed out leaves no page behind for the next person with this phone.
    if (answer.type === "opaqueredirect" || answer.redirected) await cache.delete(request, LOOSELY);
    else if (answer.ok) await cache.put(PAGE, answer.clone());
    return answer;
  } catch {
    return (await cache.match(PAGE, LOOSELY)) ?? Response.error();
  }
}

async function file(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch {
    return (await cache.match(request, LOOSELY)) ?? Response.error();
  }
}

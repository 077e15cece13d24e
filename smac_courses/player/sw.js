/*
 * The course without a network, after the first visit. A version is kept whole: what is new comes when the last page of
 * the old one was closed.
 */
const { files, media, version } = COURSE;
const mine = `smac ${self.registration.scope} `;
const fresh = (file) => new Request(file, { cache: "reload" });

self.addEventListener("install", (event) => {
  event.waitUntil(
    self.caches.open(mine + version).then(async (cache) => {
      await cache.addAll(files.map(fresh));
      // A film that finds no room is no reason to have nothing.
      await Promise.allSettled(media.map((file) => cache.add(fresh(file))));
    }),
  );
});

self.addEventListener("activate", (event) => {
  const isOld = (name) => name.startsWith(mine) && name !== mine + version;
  event.waitUntil(self.caches.keys().then((names) => Promise.all(names.filter(isOld).map((name) => self.caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && request.url.startsWith(self.registration.scope)) event.respondWith(answer(request));
});

async function answer(request) {
  const cache = await self.caches.open(mine + version);
  const kept = await cache.match(request, { ignoreSearch: true, ignoreVary: true });
  if (!kept) return fetch(request);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  return range ? partOf(kept, Number(range[1]), range[2]) : kept;
}

/** A browser that seeks in a film asks for a part of it, and some take nothing else. */
async function partOf(kept, first, last) {
  const whole = await kept.blob();
  const end = last ? Math.min(Number(last), whole.size - 1) : whole.size - 1;
  const headers = { "Content-Range": `bytes ${first}-${end}/${whole.size}`, "Content-Type": kept.headers.get("Content-Type") };
  return new Response(whole.slice(first, end + 1), { status: 206, headers });
}

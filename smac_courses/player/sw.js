/*
 * The course without a network, after the first visit. A version is kept whole: what is new comes when the last page of
 * the old one was closed.
 */
const { files, others, media, version } = COURSE;
const mine = `smac ${self.registration.scope} `;
const isOld = (name) => name.startsWith(mine) && name !== mine + version;
const open = () => self.caches.open(mine + version);
const fresh = (file) => new Request(file, { cache: "reload" });

self.addEventListener("install", (event) => {
  event.waitUntil(
    open().then(async (cache) => {
      await cache.addAll(files.map(fresh));
      // One that a host does not give out is no reason to have nothing.
      await Promise.allSettled(others.map((file) => cache.add(fresh(file))));
    }),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    self.caches.keys().then(async (names) => {
      const old = names.filter(isOld);
      await Promise.all(old.map((name) => self.caches.delete(name)));
      // At the first visit nobody waits for it; later a page would.
      if (!old.length) await keepMedia();
    }),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope)) return;
  event.respondWith(answer(request));
  if (request.mode === "navigate") event.waitUntil(keepMedia());
});

/** Films and recordings, as far as there is room. */
async function keepMedia() {
  const cache = await open();
  for (const file of media) {
    if (!(await cache.match(file))) await cache.add(fresh(file)).catch(() => {});
  }
}

async function answer(request) {
  const cache = await open();
  const plain = request.url.split(/[?#]/)[0];
  // Some hosts leave the end of a page's name out.
  const kept = (await cache.match(plain, { ignoreVary: true })) ?? (await cache.match(`${plain}.html`, { ignoreVary: true }));
  if (!kept) return fetch(request);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (range) return partOf(kept, Number(range[1]), range[2]);
  // A browser does not go to a page that was led elsewhere when it was kept.
  return kept.redirected ? new Response(kept.body, { headers: kept.headers }) : kept;
}

/** A browser that seeks in a film asks for a part of it, and some take nothing else. */
async function partOf(kept, first, last) {
  const whole = await kept.blob();
  const end = last ? Math.min(Number(last), whole.size - 1) : whole.size - 1;
  const headers = { "Content-Range": `bytes ${first}-${end}/${whole.size}`, "Content-Type": kept.headers.get("Content-Type") };
  return new Response(whole.slice(first, end + 1), { status: 206, headers });
}

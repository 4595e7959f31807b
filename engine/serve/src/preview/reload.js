// Part of the preview only: reloads this page when it, or something that it shows, has changed.
(() => {
  const own = document.currentScript.dataset;
  let { since } = own;
  let events;

  // An address of this site as the preview tells it.
  const plain = (address) => {
    const url = new URL(address, location.origin);
    if (url.origin !== location.origin) return undefined;
    const path = url.pathname.replace(/\/index\.html$/, "/");
    try { return decodeURIComponent(path); } catch { return path; }
  };
  const shown = () => [
    plain(location.href),
    own.file,
    ...performance.getEntriesByType("resource").map((entry) => plain(entry.name)),
  ];

  // Browsers hold few connections to one place: a page that nobody looks at gives its own back, and asks later for what
  // it has missed.
  const listen = () => {
    events?.close();
    if (document.visibilityState === "hidden") return;
    events = new EventSource(`/.bds/events?since=${since}`);
    events.onmessage = (event) => {
      since = event.lastEventId;
      const changed = JSON.parse(event.data);
      if (changed === "everything" || shown().some((address) => changed.includes(address))) location.reload();
    };
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pageshow", (event) => event.persisted && listen());
  addEventListener("pagehide", () => events?.close());
  listen();
})();

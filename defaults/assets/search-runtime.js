/* search-runtime.js, version 1: shows the search where the site has an index of Pagefind (`pagefind --site html`).

   It asks once in a browser session whether the index is there, and loads Pagefind when the search is first opened. */
(() => {
  "use strict";

  const widget = document.querySelector(".blog-search-widget");
  const toggle = widget && widget.querySelector("[data-blog-search-toggle]");
  const panel = widget && widget.querySelector("[data-blog-search-panel]");
  const root = widget && widget.querySelector("[data-blog-search-root]");
  if (!toggle || !panel || !root || !location.protocol.startsWith("http")) return;

  const prefix = document.documentElement.dataset.languagePrefix || "";
  const folders = prefix ? [`${prefix}/pagefind/`, "/pagefind/"] : ["/pagefind/"];
  let loading = null;

  find().then((folder) => {
    if (!folder) return;
    widget.hidden = false;
    toggle.addEventListener("click", () => (panel.hidden ? open(folder) : close()));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !panel.hidden) {
        close();
        toggle.focus();
      }
    });
    document.addEventListener("click", (event) => {
      if (!panel.hidden && !event.composedPath().includes(widget)) close();
    });
  });

  /* The folder of the index, or "" where there is none; remembered for the session. */
  async function find() {
    const key = `bds-search:${prefix}`;
    const known = remember(key);
    if (known !== null) return known;
    let found = "";
    for (const folder of folders) {
      const answer = await fetch(`${folder}pagefind-ui.js`, { method: "HEAD" }).catch(() => null);
      if (answer && answer.ok) {
        found = folder;
        break;
      }
    }
    remember(key, found);
    return found;
  }

  /* The session's storage may be forbidden; then the question is asked on every page. */
  function remember(key, value) {
    try {
      if (value === undefined) return sessionStorage.getItem(key);
      sessionStorage.setItem(key, value);
    } catch { /* asked again on the next page */ }
    return null;
  }

  async function open(folder) {
    panel.hidden = false;
    toggle.setAttribute("aria-expanded", "true");
    loading = loading || load(folder);
    try {
      await loading;
      const input = root.querySelector("input");
      if (input) input.focus();
    } catch {
      loading = null;
      root.textContent = document.body.dataset.i18nSearchUnavailable || "The search could not be loaded.";
    }
  }

  function close() {
    panel.hidden = true;
    toggle.setAttribute("aria-expanded", "false");
  }

  async function load(folder) {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = `${folder}pagefind-ui.css`;
    const script = document.createElement("script");
    script.src = `${folder}pagefind-ui.js`;
    const ready = new Promise((resolve, reject) => {
      script.addEventListener("load", resolve);
      script.addEventListener("error", reject);
    });
    document.head.append(style, script);
    await ready;
    root.textContent = "";
    new window.PagefindUI({
      element: root,
      bundlePath: folder,
      showImages: false,
      showSubResults: true,
      resetStyles: false,
      translations: {
        placeholder: root.dataset.searchPlaceholder,
        zero_results: root.dataset.searchNoResults,
      },
    });
  }
})();

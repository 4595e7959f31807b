/* menu-runtime.js, version 1: opens the submenus of the blog's menu by keyboard and touch. Without it they open while
   they hold the focus or the pointer, by the stylesheet alone. */
(() => {
  "use strict";

  const parents = document.querySelectorAll(".blog-menu-item-with-children");

  function set(item, open) {
    item.classList.toggle("is-open", open);
    item.classList.toggle("is-closed", !open);
    const link = item.querySelector(":scope > [aria-expanded]");
    if (link) link.setAttribute("aria-expanded", String(open));
  }

  for (const item of parents) {
    const link = item.querySelector(":scope > .blog-menu-link[aria-expanded]");
    if (!link) continue;
    link.addEventListener("click", () => set(item, !item.classList.contains("is-open")));
    link.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      set(item, !item.classList.contains("is-open"));
    });
    item.addEventListener("focusin", () => { if (!item.classList.contains("is-closed")) link.setAttribute("aria-expanded", "true"); });
    item.addEventListener("focusout", (event) => {
      if (item.contains(event.relatedTarget)) return;
      set(item, false);
      item.classList.remove("is-closed");
    });
    item.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      set(item, false);
      link.focus();
    });
    item.addEventListener("mouseenter", () => item.classList.remove("is-closed"));
  }
})();

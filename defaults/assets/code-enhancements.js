/* code-enhancements.js, version 1: a button on every block of code that copies it, and the name of its language. */
(() => {
  "use strict";

  const words = document.body.dataset;
  const copy = words.i18nCodeCopy || "Copy";
  const copied = words.i18nCodeCopied || "Copied";

  for (const code of document.querySelectorAll("pre > code")) {
    name(code);
    if (navigator.clipboard) addButton(code.parentElement, code);
  }

  /* The stylesheet shows the language; a site that was built elsewhere says it in the class alone. */
  function name(code) {
    if (code.dataset.codeLanguage) return;
    const language = /(?:^|\s)language-([\w.+#-]+)/.exec(code.className);
    if (language) code.dataset.codeLanguage = language[1].toLowerCase();
  }

  function addButton(pre, code) {
    const block = document.createElement("div");
    const button = document.createElement("button");
    block.className = "code-block";
    button.className = "code-copy";
    button.type = "button";
    button.textContent = copy;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
      button.textContent = copied;
      setTimeout(() => { button.textContent = copy; }, 2000);
    });
    pre.replaceWith(block);
    block.append(pre, button);
    if (pre.scrollWidth > pre.clientWidth) pre.tabIndex = 0;
  }
})();

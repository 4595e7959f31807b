export default (kind, text) => `<aside class="note-edition-0 ${kind}"><p>${text}</p></aside>`;
